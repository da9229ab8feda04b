// The range of time that is looked at, and the ways to change it; all ranges stay within the whole.

export interface Range {
  readonly from: number;
  readonly to: number;
}

const KEPT = 100;
// Doubles end here: a narrower range could not tell its ends apart.
const SMALLEST = 1e-12;

export class Viewport {
  #past: Range[] = [];
  #range: Range;

  constructor(readonly whole: Range, private readonly changed: () => void = () => undefined) {
    this.#range = whole;
  }

  get range(): Range {
    return this.#range;
  }

  get width(): number {
    return this.#range.to - this.#range.from;
  }

  /** Look at a range; with `step` the range so far can be gone back to. */
  show(wanted: Range, step = false): void {
    const next = this.#within(wanted);
    if (next.from === this.#range.from && next.to === this.#range.to) return;
    if (step) this.remember();
    this.#range = next;
    this.changed();
  }

  /** Let `back` return here, before a gesture that changes the range little by little. */
  remember(): void {
    const last = this.#past[this.#past.length - 1];
    if (last?.from === this.#range.from && last.to === this.#range.to) return;
    this.#past = [...this.#past, this.#range].slice(-KEPT);
  }

  /** Multiply the width by `factor`, while `at` stays where it is. */
  zoom(factor: number, at: number): void {
    const { from, to } = this.#range;
    this.show({ from: at - (at - from) * factor, to: at + (to - at) * factor });
  }

  /** Move by a part of the width: 0.5 is half of it to the right. */
  pan(part: number): void {
    const by = part * this.width;
    this.show({ from: this.#range.from + by, to: this.#range.to + by });
  }

  back(): void {
    const last = this.#past.pop();
    if (last) this.show(last);
  }

  get canGoBack(): boolean {
    return this.#past.length > 0;
  }

  fit(): void {
    this.show(this.whole, true);
  }

  /** Move as little as needed to have a moment in view. */
  reveal(time: number): void {
    const { from, to } = this.#range;
    if (time >= from && time <= to) return;
    const middle = time - this.width / 2;
    this.show({ from: middle, to: middle + this.width });
  }

  #within(wanted: Range): Range {
    const { from, to } = this.whole;
    const least = Math.max((to - from) * SMALLEST, Math.abs(to) * SMALLEST, Number.MIN_VALUE);
    const width = Math.min(to - from, Math.max(least, wanted.to - wanted.from));
    const start = Math.min(Math.max(from, wanted.from), to - width);
    return { from: start, to: start + width };
  }
}
