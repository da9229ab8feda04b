// The overview strip: the whole length of the first lane, and a window over the part that is looked at.
import type { Bench } from "./bench";
import { make } from "../dom";
import { colourOf, PLOT_LEFT, PLOT_RIGHT } from "./lane";
import type { Series } from "./series";

const EDGE_PIXELS = 8;

type Hold = "from" | "to" | "both";

export class Strip {
  readonly element = make("div", { class: "strip", "aria-hidden": "true" });
  readonly #canvas = make("canvas");
  readonly #window = make("div", { class: "window" });
  #width = 0;
  #drawn?: Series;

  constructor(private readonly bench: Bench) {
    this.element.append(this.#canvas, this.#window);
    this.element.addEventListener("pointerdown", (event) => { this.#down(event); });
  }

  /** Draw the whole once; later only its window moves. */
  draw(): void {
    const channel = this.bench.visible[0];
    this.#width = this.element.clientWidth - PLOT_LEFT - PLOT_RIGHT;
    if (!channel || this.#width <= 0) return;
    const series = this.bench.lookingOf(channel).coarse(channel.column);
    if (series !== this.#drawn) this.#paint(series, colourOf(channel));
    this.#drawn = series;
    this.move();
  }

  resized(): void {
    this.#drawn = undefined;
  }

  move(): void {
    const { from, to } = this.bench.viewport.range;
    const [left, right] = [this.#pixel(from), this.#pixel(to)];
    this.#window.style.transform = `translateX(${PLOT_LEFT + left}px)`;
    this.#window.style.width = `${right - left}px`;
  }

  #pixel(time: number): number {
    const { from, to } = this.bench.file.span;
    return ((time - from) / (to - from)) * this.#width;
  }

  #time(pixel: number): number {
    const { from, to } = this.bench.file.span;
    return from + (pixel / this.#width) * (to - from);
  }

  #paint(series: Series, colour: string): void {
    const ratio = window.devicePixelRatio;
    const height = this.element.clientHeight;
    this.#canvas.width = this.element.clientWidth * ratio;
    this.#canvas.height = height * ratio;
    const pen = this.#canvas.getContext("2d")!;
    pen.scale(ratio, ratio);
    pen.strokeStyle = colour;
    pen.lineWidth = 1;
    const there = series.y.filter((value) => value !== null);
    const [low, high] = there.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    const y = (value: number): number => height - 4 - ((value - low) / (high - low || 1)) * (height - 8);
    pen.beginPath();
    let drawing = false;
    series.x.forEach((time, at) => {
      const value = series.y[at];
      if (value === null || value === undefined) drawing = false;
      else {
        pen[drawing ? "lineTo" : "moveTo"](PLOT_LEFT + this.#pixel(time), y(value));
        drawing = true;
      }
    });
    pen.stroke();
  }

  #down(event: PointerEvent): void {
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    const { viewport } = this.bench;
    const place = (at: PointerEvent): number => at.clientX - this.element.getBoundingClientRect().left - PLOT_LEFT;
    const began = place(event);
    viewport.remember();
    if (began < this.#pixel(viewport.range.from) - EDGE_PIXELS || began > this.#pixel(viewport.range.to) + EDGE_PIXELS) {
      const middle = this.#time(began) - viewport.width / 2;
      viewport.show({ from: middle, to: middle + viewport.width });
    }
    const range = viewport.range;
    const hold = this.#hold(began);
    const move = (at: PointerEvent): void => {
      const by = this.#time(place(at)) - this.#time(began);
      viewport.show({ from: range.from + (hold === "to" ? 0 : by), to: range.to + (hold === "from" ? 0 : by) });
    };
    this.element.addEventListener("pointermove", move);
    const stop = (): void => { this.element.removeEventListener("pointermove", move); };
    this.element.addEventListener("pointerup", stop, { once: true });
    this.element.addEventListener("pointercancel", stop, { once: true });
  }

  #hold(pixel: number): Hold {
    const { from, to } = this.bench.viewport.range;
    if (Math.abs(pixel - this.#pixel(from)) <= EDGE_PIXELS && pixel < this.#pixel(to) - EDGE_PIXELS) return "from";
    return Math.abs(pixel - this.#pixel(to)) <= EDGE_PIXELS && pixel > this.#pixel(from) + EDGE_PIXELS ? "to" : "both";
  }
}
