// Marks, selection and cursor over the lines of a lane: drawn as elements that only move while the view does.
import type { Bench } from "./bench";
import { make } from "../dom";
import type { Lane } from "./lane";
import type { Mark } from "./marks";
import { MARK_COLOURS } from "./style";

/** How near to an end of a mark the pointer takes hold of it, in pixels. */
const GRIP = 7;

export type Hold = "start" | "end" | "whole";

export const markColour = (bench: Bench, label: string): string => {
  const at = bench.labels.indexOf(label);
  return MARK_COLOURS[(at < 0 ? bench.labels.length : at) % MARK_COLOURS.length]!;
};

export class MarkLayer {
  #marks: { element: HTMLElement; mark: Mark; index: number }[] = [];
  readonly #selection = make("div", { class: "selection", hidden: true });
  readonly #line = make("div", { class: "line", hidden: true });
  readonly #dots: HTMLElement[];

  constructor(private readonly bench: Bench, private readonly lane: Lane) {
    this.#dots = lane.channels.map(() => make("div", { class: "dot", hidden: true }));
  }

  /** Take over the list of marks. */
  fill(): void {
    const { marks } = this.bench;
    const here = marks.list.map((mark, index) => ({ mark, index })).filter(({ mark }) => this.#concerns(mark));
    this.#marks = here.map(({ mark, index }) => ({ mark, index, element: this.#element(mark, index === marks.selected) }));
    this.lane.layer.replaceChildren(...this.#marks.map(({ element }) => element), this.#selection, this.#line, ...this.#dots);
    this.move();
  }

  /** Put everything where it belongs in the range that is looked at. */
  move(): void {
    for (const { element, mark } of this.#marks) this.#place(element, ...this.#pixels(mark));
    const { selection, cursor } = this.bench;
    const selected = selection && (selection.channel === null || this.lane.channels.some((each) => each.key === selection.channel));
    this.#selection.hidden = !selected;
    if (selection) this.#place(this.#selection, this.bench.pixel(selection.from), this.bench.pixel(selection.to));
    this.#line.hidden = !Number.isFinite(cursor);
    if (!this.#line.hidden) this.#line.style.transform = `translateX(${this.bench.pixel(cursor)}px)`;
    this.#moveDots();
  }

  /** Return which mark lies under a pixel, and which part of it; the one that is selected comes first. */
  at(pixel: number): { index: number; hold: Hold } | undefined {
    const found = this.#marks.flatMap(({ mark, index }) => {
      const [start, end] = this.#pixels(mark);
      if (pixel < start - GRIP || pixel > end + GRIP) return [];
      return [{ index, hold: holdOf(pixel, start, end), width: end - start }];
    });
    found.sort((a, b) => Number(b.index === this.bench.marks.selected) - Number(a.index === this.bench.marks.selected) || a.width - b.width);
    return found[0];
  }

  #concerns(mark: Mark): boolean {
    return mark.channel === null || this.lane.channels.some((each) => each.key === mark.channel);
  }

  #pixels(mark: Mark): [number, number] {
    const { offset } = this.bench.lookingOf(this.bench.channelOf(mark));
    return [this.bench.pixel(mark.start + offset), this.bench.pixel(mark.end + offset)];
  }

  #element(mark: Mark, selected: boolean): HTMLElement {
    const kind = `mark${mark.start === mark.end ? " point" : ""}${selected ? " selected" : ""}`;
    const made = make("div", { class: kind }, make("b", {}, mark.label));
    made.style.setProperty("--mark", markColour(this.bench, mark.label));
    return made;
  }

  #place(element: HTMLElement, from: number, to: number): void {
    // Beyond the plot nothing is seen, and browsers lose track of boxes millions of pixels wide.
    const [left, right] = [Math.max(-20, from), Math.min(this.bench.pixels + 20, to)];
    element.style.display = right < -10 || left > this.bench.pixels + 10 ? "none" : "";
    element.style.transform = `translateX(${left}px)`;
    element.style.width = `${Math.max(0, right - left)}px`;
  }

  #moveDots(): void {
    this.lane.channels.forEach((channel, at) => {
      const dot = this.#dots[at]!;
      const reading = this.bench.readings.of(channel);
      dot.hidden = !reading || Number.isNaN(reading.value);
      if (!reading || dot.hidden) return;
      const x = this.bench.pixel(reading.time + this.bench.lookingOf(channel).offset);
      dot.style.background = "#1b2430";
      dot.style.transform = `translate(${x}px, ${this.lane.height(channel, reading.value) + 6}px)`;
    });
  }
}

const holdOf = (pixel: number, start: number, end: number): Hold => {
  if (start === end) return "whole";
  if (Math.abs(pixel - end) <= GRIP && Math.abs(pixel - end) <= Math.abs(pixel - start)) return "end";
  return Math.abs(pixel - start) <= GRIP ? "start" : "whole";
};
