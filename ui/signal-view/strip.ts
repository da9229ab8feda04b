// The overview strip: the whole length of the first lane, and a window over the part that is looked at.
import type { Bench } from "./bench";
import { make } from "../dom";
import { colourOf, PLOT_LEFT, PLOT_RIGHT } from "./lane";
import { drawLine } from "./line";
import { extremesOf, type Series } from "./series";

const EDGE_PIXELS = 8;
const AIR = 4;

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
    // Asked for once: in a frame that has moved elements already, the browser would lay out the page to tell.
    this.#width ||= Math.max(0, this.element.clientWidth - PLOT_LEFT - PLOT_RIGHT);
    if (!channel || !this.#width) return;
    const series = this.bench.lookingOf(channel).coarse(channel.column);
    if (series !== this.#drawn) this.#paint(series, colourOf(channel));
    this.#drawn = series;
    this.move();
  }

  resized(): void {
    this.#width = 0;
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
    const { clientWidth, clientHeight } = this.element;
    this.#canvas.width = clientWidth * ratio;
    this.#canvas.height = clientHeight * ratio;
    const { from, to } = this.bench.file.span;
    const [lowest, highest] = extremesOf(series, from, to) ?? [0, 1];
    const place = { left: PLOT_LEFT * ratio, top: AIR * ratio, width: this.#width * ratio, height: (clientHeight - 2 * AIR) * ratio };
    const pen = this.#canvas.getContext("2d")!;
    drawLine(pen, series, { ...place, from, to, lowest, highest: highest > lowest ? highest : lowest + 1 }, colour, ratio);
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
