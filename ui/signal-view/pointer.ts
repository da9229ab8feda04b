// Mouse, pen and fingers over a lane: wheel and pinch zoom, drags move, zoom or mark, as the tool says.
import type { Bench, Tool } from "./bench";
import { PLOT_LEFT } from "./lane";
import type { Lane } from "./lane";
import type { Hold, MarkLayer } from "./mark-layer";
import type { Mark } from "./marks";
import type { Range } from "./viewport";

const CLICK_PIXELS = 3;
const WHEEL = 0.0018;
const LINE_PIXELS = 16;

/** What a drag does; moments and pixels are those of the plot. */
interface Drag {
  move(pixel: number, time: number): void;
  end(pixel: number, time: number): void;
}

export class Pointer {
  #fingers = new Map<number, number>();
  #drag?: Drag;
  #began = 0;
  #pinch?: { at: [number, number]; range: Range };

  constructor(private readonly bench: Bench, private readonly lane: Lane, private readonly layer: MarkLayer) {
    const { plot } = lane;
    plot.addEventListener("pointerdown", (event) => { this.#down(event); });
    plot.addEventListener("pointermove", (event) => { this.#move(event); });
    plot.addEventListener("pointerup", (event) => { this.#up(event, true); });
    plot.addEventListener("pointercancel", (event) => { this.#up(event, false); });
    plot.addEventListener("wheel", (event) => { this.#wheel(event); }, { passive: false });
    plot.addEventListener("dblclick", () => { this.#pointMark(); });
  }

  #pixel(event: MouseEvent): number {
    return event.clientX - this.lane.plot.getBoundingClientRect().left - PLOT_LEFT;
  }

  #down(event: PointerEvent): void {
    if (event.button > 1) return;
    const pixel = this.#pixel(event);
    this.lane.plot.setPointerCapture(event.pointerId);
    this.#fingers.set(event.pointerId, pixel);
    this.bench.active = this.bench.lanes.indexOf(this.lane);
    if (this.#fingers.size === 2) this.#beginPinch();
    else if (this.#fingers.size === 1) this.#beginDrag(event, pixel);
  }

  #beginDrag(event: PointerEvent, pixel: number): void {
    this.#began = pixel;
    const tool = event.button === 1 || event.ctrlKey ? "move" : event.altKey ? "zoom" : this.bench.tool;
    const held = tool === "mark" ? this.layer.at(pixel) : undefined;
    this.#drag = held ? holdMark(this.bench, held.index, held.hold, pixel) : dragOf(this.bench, this.lane, tool, pixel);
    this.bench.point(this.bench.time(pixel));
    this.bench.changed();
  }

  #beginPinch(): void {
    this.#drag = undefined;
    this.bench.selection = undefined;
    this.bench.viewport.remember();
    const [a, b] = [...this.#fingers.values()] as [number, number];
    this.#pinch = { at: [this.bench.time(a), this.bench.time(b)], range: this.bench.viewport.range };
  }

  #move(event: PointerEvent): void {
    const pixel = this.#pixel(event);
    if (this.#fingers.has(event.pointerId)) this.#fingers.set(event.pointerId, pixel);
    if (this.#pinch && this.#fingers.size === 2) {
      this.#doPinch();
      return;
    }
    const time = this.bench.time(pixel);
    if (this.#drag && Math.abs(pixel - this.#began) >= CLICK_PIXELS) this.#drag.move(pixel, time);
    this.bench.point(this.bench.time(pixel));
  }

  /** Keep the two moments that the fingers took under the fingers. */
  #doPinch(): void {
    const [a, b] = [...this.#fingers.values()] as [number, number];
    const [from, to] = this.#pinch!.at;
    if (Math.abs(b - a) < 4) return;
    const perPixel = Math.abs((to - from) / (b - a));
    const start = from - a * perPixel;
    this.bench.viewport.show({ from: start, to: start + perPixel * this.bench.pixels });
  }

  #up(event: PointerEvent, done: boolean): void {
    const pixel = this.#pixel(event);
    this.#fingers.delete(event.pointerId);
    if (this.#pinch) {
      if (this.#fingers.size === 0) this.#pinch = undefined;
      return;
    }
    const drag = this.#drag;
    this.#drag = undefined;
    if (done && drag && Math.abs(pixel - this.#began) >= CLICK_PIXELS) drag.end(pixel, this.bench.time(pixel));
    else this.bench.selection = undefined;
    this.bench.changed();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PIXELS : 1;
    const sideways = event.shiftKey && !event.deltaX ? event.deltaY : event.deltaX;
    if (Math.abs(sideways) > Math.abs(event.deltaY) || event.shiftKey) this.bench.viewport.pan((sideways * unit) / this.bench.pixels);
    else this.bench.viewport.zoom(Math.exp(Math.max(-600, Math.min(600, event.deltaY * unit)) * WHEEL), this.bench.time(this.#pixel(event)));
    this.bench.point(this.bench.time(this.#pixel(event)));
  }

  #pointMark(): void {
    if (this.bench.tool === "mark") void this.bench.markHere();
    else this.bench.viewport.back();
  }
}

const dragOf = (bench: Bench, lane: Lane, tool: Tool, began: number): Drag => {
  if (tool === "move") return moveView(bench, began);
  const channel = lane.channels[0]!;
  const name = tool === "zoom" || bench.onAll ? null : channel.key;
  const anchor = bench.time(began);
  const select = (time: number): Range => ({ from: Math.min(anchor, time), to: Math.max(anchor, time) });
  return {
    move: (_, time) => { bench.selection = { channel: name, ...select(time) }; },
    end: (_, time) => {
      bench.selection = undefined;
      const { from, to } = select(time);
      if (tool === "zoom") bench.viewport.show({ from, to }, true);
      else void bench.addMark({ label: bench.label, channel: name, start: from, end: to }, channel);
    },
  };
};

const moveView = (bench: Bench, began: number): Drag => {
  const { from, to } = bench.viewport.range;
  const shift = (pixel: number): void => {
    const by = ((began - pixel) / bench.pixels) * (to - from);
    bench.viewport.show({ from: from + by, to: to + by });
  };
  bench.viewport.remember();
  return { move: shift, end: shift };
};

const holdMark = (bench: Bench, index: number, hold: Hold, began: number): Drag => {
  const { marks } = bench;
  const mark = marks.list[index]!;
  const channel = bench.channelOf(mark);
  const { offset } = bench.lookingOf(channel);
  let begun = false;
  marks.select(index);
  const change = (part: Partial<Mark>): void => {
    if (!begun) marks.begin();
    begun = true;
    marks.change(index, part, true);
  };
  const moved = (pixel: number): Partial<Mark> => {
    const time = bench.time(pixel) - offset;
    if (hold === "start") return { start: Math.min(time, mark.end) };
    if (hold === "end") return { end: Math.max(time, mark.start) };
    const by = bench.time(pixel) - bench.time(began);
    return { start: mark.start + by, end: mark.end + by };
  };
  const settle = async (part: Partial<Mark>): Promise<void> => {
    const snapped = await Promise.all(Object.entries(part).map(async ([end, time]) => [end, await bench.snap(channel, (time as number) + offset)] as const));
    change(Object.fromEntries(snapped));
  };
  return { move: (pixel) => { change(moved(pixel)); }, end: (pixel) => { void settle(moved(pixel)); } };
};
