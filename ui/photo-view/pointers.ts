// Mouse, pen and fingers over a stage: one draws, two zoom and pan, the wheel zooms.

import { distance, type Point } from "./geometry";
import type { Stage } from "./stage";
import { toPhoto } from "./viewport";

/** A pointer that moved so many CSS pixels was dragged. */
const DRAG = 4;
const NEAR: Record<string, number> = { mouse: 7, pen: 9, touch: 16 };

interface Held {
  readonly first: Point;
  now: Point;
  dragged: boolean;
}

/** Let a stage follow the pointers over its element. */
export const followPointers = (stage: Stage): void => {
  new Pointers(stage);
};

class Pointers {
  private held = new Map<number, Held>();
  private doing: "drawing" | "panning" | "pinching" | undefined;

  constructor(private readonly stage: Stage) {
    const element = stage.element;
    element.addEventListener("pointerdown", (event) => this.down(event));
    element.addEventListener("pointermove", (event) => this.move(event));
    for (const kind of ["pointerup", "pointercancel"] as const) element.addEventListener(kind, (event) => this.up(event));
    element.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    element.addEventListener("dblclick", (event) => this.finish(event));
    element.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  private at(event: MouseEvent): Point {
    const { element } = this.stage;
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left - element.clientLeft, y: event.clientY - box.top - element.clientTop };
  }

  private down(event: PointerEvent): void {
    event.preventDefault();
    this.stage.element.focus({ preventScroll: true });
    const now = this.at(event);
    this.held.set(event.pointerId, { first: now, now, dragged: false });
    this.stage.element.setPointerCapture(event.pointerId);
    if (this.held.size > 1) this.pinch();
    else this.begin(event, now);
  }

  private begin(event: PointerEvent, at: Point): void {
    const tool = this.stage.tool;
    this.doing = event.button === 0 && this.canDraw ? "drawing" : "panning";
    this.stage.cursor = undefined;
    if (this.doing === "drawing") tool?.press(toPhoto(this.stage.viewport, at), (NEAR[event.pointerType] ?? 8) / this.stage.viewport.scale);
    this.stage.draw();
  }

  private get canDraw(): boolean {
    const { tool, panning, locked, state } = this.stage;
    return tool !== undefined && !panning && !locked && state === "shown";
  }

  /** A second finger: what the first has begun is taken back. */
  private pinch(): void {
    if (this.doing === "drawing") this.stage.tool?.cancel();
    this.doing = "pinching";
  }

  private move(event: PointerEvent): void {
    const held = this.held.get(event.pointerId);
    const now = this.at(event);
    if (!held) {
      if (event.pointerType === "mouse") this.hover(now);
      return;
    }
    const before = held.now;
    if (this.doing === "pinching") this.turnFingers(held, now);
    held.now = now;
    held.dragged ||= distance(held.first, now) >= DRAG;
    if (this.doing === "panning") this.stage.pan(now.x - before.x, now.y - before.y);
    if (this.doing === "drawing" && held.dragged) this.hover(now);
  }

  private hover(at: Point): void {
    if (!this.canDraw) return;
    this.stage.tool?.move(toPhoto(this.stage.viewport, at));
    this.stage.draw();
  }

  private turnFingers(held: Held, now: Point): void {
    const other = [...this.held.values()].find((finger) => finger !== held);
    if (!other) return;
    const middle = (one: Point): Point => ({ x: (one.x + other.now.x) / 2, y: (one.y + other.now.y) / 2 });
    const [before, after] = [middle(held.now), middle(now)];
    this.stage.zoom(distance(now, other.now) / Math.max(1, distance(held.now, other.now)), before);
    this.stage.pan(after.x - before.x, after.y - before.y);
  }

  private up(event: PointerEvent): void {
    const held = this.held.get(event.pointerId);
    this.held.delete(event.pointerId);
    if (!held) return;
    if (this.doing === "drawing") this.stage.tool?.release(toPhoto(this.stage.viewport, held.now), held.dragged);
    if (!this.held.size) this.doing = undefined;
    this.stage.draw();
  }

  private turn(event: WheelEvent): void {
    event.preventDefault();
    // Lines and pages of a wheel, in CSS pixels.
    const unit = [1, 30, 300][event.deltaMode] ?? 1;
    this.stage.zoom(Math.exp((-event.deltaY * unit) / 400), this.at(event));
  }

  private finish(event: MouseEvent): void {
    event.preventDefault();
    this.stage.tool?.finish();
    this.stage.draw();
  }
}
