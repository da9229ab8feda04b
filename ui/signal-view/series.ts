// From entries of a layer to the points of a line: every extreme is drawn, and the line breaks at every gap.
import type { Block } from "./layer";

/** Points in order of time, y being NaN where the line breaks, and the spans of time in which samples are missing. */
export interface Series {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly gaps: readonly (readonly [number, number])[];
}

/** Where an entry begins, and so where the one before it ends; of the entry behind the last one, where the last ends. */
export type Edge = (entry: number) => number;

export const EMPTY: Series = { x: new Float64Array(0), y: new Float64Array(0), gaps: [] };

// Both extremes of a run where it begins and where it ends, and a break behind them.
const MOST_POINTS_AN_ENTRY = 5;

/** Return the points of one column of the entries from `from` up to, not including, `to`. */
export const pointsOf = (block: Block, column: number, from: number, to: number, edge: Edge): Series => {
  const points = new Points((to - from) * (block.place.run === 1 ? 1 : MOST_POINTS_AN_ENTRY));
  const add = block.place.run === 1 ? addSample : addRun;
  let at = edge(from);
  for (let entry = from; entry < to; entry += 1) {
    const next = edge(entry + 1);
    add(points, block, column, entry, at, next);
    at = next;
  }
  return points.series;
};

/** A series while it grows: thousands of points for each look, so they go straight into typed arrays. */
class Points {
  readonly #x: Float64Array;
  readonly #y: Float64Array;
  readonly #gaps: [number, number][] = [];
  #length = 0;

  constructor(most: number) {
    this.#x = new Float64Array(most);
    this.#y = new Float64Array(most);
  }

  add(x: number, y: number): void {
    this.#x[this.#length] = x;
    this.#y[this.#length] = y;
    this.#length += 1;
  }

  addGap(from: number, to: number): void {
    const last = this.#gaps[this.#gaps.length - 1];
    if (last && last[1] >= from) last[1] = to;
    else this.#gaps.push([from, to]);
  }

  /** The last value, NaN behind a break and before the first point. */
  get last(): number {
    return this.#length ? this.#y[this.#length - 1]! : NaN;
  }

  get series(): Series {
    return { x: this.#x.subarray(0, this.#length), y: this.#y.subarray(0, this.#length), gaps: this.#gaps };
  }
}

const addSample = (into: Points, block: Block, column: number, entry: number, at: number, next: number): void => {
  const value = block.lowest(entry, column);
  into.add(at, value);
  if (Number.isNaN(value)) into.addGap(at, next);
};

const addRun = (into: Points, block: Block, column: number, entry: number, at: number, next: number): void => {
  const [low, high] = [block.lowest(entry, column), block.highest(entry, column)];
  if (!Number.isNaN(low)) {
    // The one nearer to where the line comes from goes first: no strokes that nothing in the signal stands for.
    const last = Number.isNaN(into.last) ? low : into.last;
    const [first, second] = Math.abs(last - low) <= Math.abs(last - high) ? [low, high] : [high, low];
    // At both ends: runs a little wider than a pixel would else leave some columns of pixels half empty, a pattern of
    // stripes that is not in the signal.
    into.add(at, first);
    into.add(at, second);
    into.add(next, first);
    into.add(next, second);
  }
  if (!block.gap(entry, column)) return;
  into.add(next, NaN);
  into.addGap(at, next);
};

/** Return `fine` where there is some, and `coarse` before and behind it, so that nothing is blank while data come. */
export const joined = (coarse: Series, fine: Series): Series => {
  if (!fine.x.length) return coarse;
  const [first, last] = [fine.x[0]!, fine.x[fine.x.length - 1]!];
  const before = firstAtLeast(coarse.x, first);
  let rest = firstAtLeast(coarse.x, last);
  while (coarse.x[rest] === last) rest += 1;
  return {
    x: spliced(coarse.x, before, fine.x, rest),
    y: spliced(coarse.y, before, fine.y, rest),
    gaps: [...coarse.gaps.filter(([, to]) => to < first), ...fine.gaps, ...coarse.gaps.filter(([from]) => from > last)],
  };
};

/** Return `outer` with `inner` in the place of its numbers from `before` up to, not including, `rest`. */
const spliced = (outer: Float64Array, before: number, inner: Float64Array, rest: number): Float64Array => {
  const found = new Float64Array(before + inner.length + outer.length - rest);
  found.set(outer.subarray(0, before));
  found.set(inner, before);
  found.set(outer.subarray(rest), before + inner.length);
  return found;
};

/** Return the lowest and highest value between two moments, their neighbours included; null when there is none. */
export const extremesOf = (series: Series, from: number, to: number): [number, number] | null => {
  let [low, high] = [Infinity, -Infinity];
  const end = Math.min(series.x.length, firstAtLeast(series.x, to) + 1);
  for (let at = Math.max(0, firstAtLeast(series.x, from) - 1); at < end; at += 1) {
    const value = series.y[at]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
};

/** Return the index of the first moment that is not before `time`. */
export const firstAtLeast = (x: Float64Array, time: number): number => {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
};
