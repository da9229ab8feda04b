// A photograph that can be looked into: zoom, pan, light, and a tool that draws over it.

import { make } from "../dom";
import { drawCursor } from "./drawing";
import { pixelWithin, type Point, type Size } from "./geometry";
import { followPointers } from "./pointers";
import type { Tool } from "./tool";
import { fit, pan, revealing, zoomAt, type Viewport } from "./viewport";

export interface Light {
  readonly brightness: number;
  readonly contrast: number;
  readonly invert: boolean;
}

/** A small photograph is enlarged to the view at most so far. */
const LARGEST_FIT = 8;

export const PLAIN: Light = { brightness: 1, contrast: 1, invert: false };

/** The photograph on screen; `element` goes into a page, `tool` draws on it. */
export class Stage {
  readonly photo = make("img", { class: "photo", alt: "", draggable: "false" });
  readonly canvas = make("canvas", { class: "upper-canvas", width: 1, height: 1 });
  readonly element: HTMLElement;

  viewport: Viewport = { scale: 1, x: 0, y: 0 };
  /** The keyboard's cursor in pixels of the photograph; it is shown once an arrow key was pressed. */
  cursor: Point | undefined;
  tool: Tool | undefined;
  panning = false;
  /** Whether the tool only shows what was drawn before. */
  locked = false;
  state: "loading" | "shown" | "failed" = "loading";
  light = PLAIN;

  private readonly world = make("div", { class: "world" }, this.photo, this.canvas);
  private readonly marks = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private readonly cross = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  private isFitted = true;

  /** `changed` is called when the photograph came or failed, and when the part that is seen changed. */
  constructor(
    label: string,
    private readonly changed: () => void,
  ) {
    this.element = make("div", { class: "stage", tabindex: "0", role: "application", "aria-label": label, "aria-roledescription": "photograph" });
    for (const svg of [this.marks, this.cross]) svg.setAttribute("aria-hidden", "true");
    this.element.append(this.world, this.marks, this.cross);
    this.photo.addEventListener("load", () => this.show("shown"));
    this.photo.addEventListener("error", () => this.show("failed"));
    new ResizeObserver(() => this.follow()).observe(this.element);
    followPointers(this);
  }

  /** Load a photograph; the browser turns it as its EXIF data say, and sizes are those of the turned picture. */
  load(source: string): void {
    this.state = "loading";
    this.isFitted = true;
    this.photo.src = source;
  }

  private show(state: "shown" | "failed"): void {
    this.state = state;
    if (state === "shown") this.tool?.resize(this.size);
    this.follow();
    this.changed();
  }

  /** The photograph's own size in pixels; 1 x 1 until it is there. */
  get size(): Size {
    return { width: this.photo.naturalWidth || 1, height: this.photo.naturalHeight || 1 };
  }

  get view(): Size {
    return { width: this.element.clientWidth || 1, height: this.element.clientHeight || 1 };
  }

  private follow(): void {
    if (this.isFitted) this.viewport = this.fitted;
    this.draw();
  }

  private get fitted(): Viewport {
    return fit(this.size, this.view, LARGEST_FIT);
  }

  fit(): void {
    this.isFitted = true;
    this.follow();
    this.changed();
  }

  zoom(factor: number, at: Point = this.middle): void {
    this.look(zoomAt(this.viewport, at, factor, this.fitted.scale / 2));
  }

  /** Show one pixel of the photograph as one of the screen. */
  actualSize(): void {
    this.zoom(1 / this.viewport.scale);
  }

  pan(dx: number, dy: number): void {
    this.look(pan(this.viewport, dx, dy, this.size, this.view));
  }

  private look(viewport: Viewport): void {
    this.lookLike(viewport);
    this.changed();
  }

  /** Show the same part as another stage does; nobody is told. */
  lookLike(viewport: Viewport): void {
    this.isFitted = false;
    this.viewport = viewport;
    this.draw();
  }

  get middle(): Point {
    return { x: this.view.width / 2, y: this.view.height / 2 };
  }

  /** Move the keyboard's cursor by pixels; it begins in the middle of what is seen. */
  step(dx: number, dy: number): void {
    const from = this.cursor ?? { x: (this.middle.x - this.viewport.x) / this.viewport.scale, y: (this.middle.y - this.viewport.y) / this.viewport.scale };
    this.cursor = pixelWithin({ x: Math.floor(from.x) + (this.cursor ? dx : 0), y: Math.floor(from.y) + (this.cursor ? dy : 0) }, this.size);
    const seen = revealing(this.viewport, this.cursor, this.view);
    if (seen.x !== this.viewport.x || seen.y !== this.viewport.y) this.look(seen);
    this.draw();
  }

  setLight(light: Light): void {
    this.light = light;
    this.photo.style.filter = `brightness(${light.brightness}) contrast(${light.contrast})${light.invert ? " invert(1)" : ""}`;
    this.changed();
  }

  draw(): void {
    const { scale, x, y } = this.viewport;
    const { width, height } = this.size;
    this.world.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
    this.world.style.width = `${width}px`;
    this.world.style.height = `${height}px`;
    // From here on pixels are to be seen as what they are.
    this.world.classList.toggle("large", scale >= 2);
    this.tool?.draw(this.marks, this.viewport);
    this.cross.replaceChildren(...(this.cursor ? [drawCursor(this.cursor, this.viewport)] : []));
  }
}
