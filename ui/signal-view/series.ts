// From entries of a layer to the points of a line: every extreme is drawn, and the line breaks at every gap.
import type { Block } from "./layer";

/** Points in order of time, null where the line breaks, and the spans of time in which samples are missing. */
export interface Series {
  x: number[];
  y: (number | null)[];
  gaps: [number, number][];
}

/** Where an entry lies: its first moment and that of the next entry. */
export type Place = (entry: number) => readonly [number, number];

export const EMPTY: Series = { x: [], y: [], gaps: [] };

/** Return the points of one column of the entries from `from` up to, not including, `to`. */
export const pointsOf = (block: Block, column: number, from: number, to: number, place: Place): Series => {
  const found: Series = { x: [], y: [], gaps: [] };
  const add = block.place.run === 1 ? addSample : addRun;
  for (let entry = from; entry < to; entry += 1) add(found, block, column, entry, place(entry));
  return found;
};

const addSample = (into: Series, block: Block, column: number, entry: number, [at, next]: readonly [number, number]): void => {
  const value = block.lowest(entry, column);
  into.x.push(at);
  into.y.push(Number.isNaN(value) ? null : value);
  if (Number.isNaN(value)) addGap(into, at, next);
};

const addRun = (into: Series, block: Block, column: number, entry: number, [at, next]: readonly [number, number]): void => {
  const [low, high] = [block.lowest(entry, column), block.highest(entry, column)];
  const width = next - at;
  if (!Number.isNaN(low)) {
    // The one nearer to where the line comes from goes first: no strokes that nothing in the signal stands for.
    const last = into.y[into.y.length - 1] ?? low;
    const rising = Math.abs(last - low) <= Math.abs(last - high);
    into.x.push(at + width / 4, at + width / 2);
    into.y.push(rising ? low : high, rising ? high : low);
  }
  if (!block.gap(entry, column)) return;
  into.x.push(at + width * 0.75);
  into.y.push(null);
  addGap(into, at, next);
};

const addGap = (into: Series, from: number, to: number): void => {
  const last = into.gaps[into.gaps.length - 1];
  if (last && last[1] >= from) last[1] = to;
  else into.gaps.push([from, to]);
};

/** Return `fine` where there is some, and `coarse` before and behind it, so that nothing is blank while data come. */
export const joined = (coarse: Series, fine: Series): Series => {
  if (!fine.x.length) return coarse;
  const [first, last] = [fine.x[0]!, fine.x[fine.x.length - 1]!];
  const before = firstAtLeast(coarse.x, first);
  const behind = firstAtLeast(coarse.x, last + Number.MIN_VALUE);
  const rest = coarse.x[behind] === last ? behind + 1 : behind;
  return {
    x: [...coarse.x.slice(0, before), ...fine.x, ...coarse.x.slice(rest)],
    y: [...coarse.y.slice(0, before), ...fine.y, ...coarse.y.slice(rest)],
    gaps: [...coarse.gaps.filter(([, to]) => to < first), ...fine.gaps, ...coarse.gaps.filter(([from]) => from > last)],
  };
};

/** Return the lowest and highest value between two moments, their neighbours included; null when there is none. */
export const extremesOf = (series: Series, from: number, to: number): [number, number] | null => {
  let [low, high] = [Infinity, -Infinity];
  const end = Math.min(series.x.length, firstAtLeast(series.x, to) + 1);
  for (let at = Math.max(0, firstAtLeast(series.x, from) - 1); at < end; at += 1) {
    const value = series.y[at];
    if (value === null || value === undefined) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : null;
};

/** Return the index of the first moment that is not before `time`. */
export const firstAtLeast = (x: readonly number[], time: number): number => {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle]! < time) low = middle + 1;
    else high = middle;
  }
  return low;
};
