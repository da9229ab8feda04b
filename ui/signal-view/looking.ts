// What of a clock is looked at: the entries of the layer that has about a point or two for each pixel.
import type { Block, Layer } from "./layer";
import { EMPTY, joined, pointsOf, type Edge, type Series } from "./series";
import type { Clock } from "./trace-file";
import type { Range } from "./viewport";

// An entry is two extremes. Factors of 8 lie between the layers, so a view draws up to eight times as many.
const LEAST_ENTRIES_A_PIXEL = 0.6;
const MARGIN = 0.5;

interface Detail {
  block: Block;
  from: number;
  to: number;
}

/** Looks into one clock, which may be shifted against the others by `offset`. */
export class Looking {
  #offset = 0;
  #detail?: Detail;
  #reading?: AbortController;
  #wanted = "";
  #series = new Map<number, Series>();
  #coarse = new Map<number, Series>();

  constructor(readonly clock: Clock) {}

  get offset(): number {
    return this.#offset;
  }

  set offset(offset: number) {
    this.#offset = offset;
    this.#series.clear();
    this.#coarse.clear();
  }

  /** Read what a range needs; true when something new can be drawn. */
  async look(range: Range, pixels: number): Promise<boolean> {
    const [layer, from, to] = await this.#entries(range, pixels);
    if (layer === this.clock.overview) return this.#leaveDetail();
    const key = `${layer.run} ${from} ${to}`;
    if (this.#holds(layer, from, to) || this.#wanted === key) return false;
    this.#reading?.abort();
    this.#reading = new AbortController();
    this.#wanted = key;
    try {
      const found = await readWide(layer, from, to, this.#reading.signal);
      if (!found || this.#wanted !== key) return false;
      this.#detail = found;
      this.#series.clear();
      return true;
    } finally {
      if (this.#wanted === key) this.#wanted = "";
    }
  }

  #holds(layer: Layer, from: number, to: number): boolean {
    const held = this.#detail;
    return held?.block.place.run === layer.run && held.from <= from && to <= held.to;
  }

  /** Return the points of a column over the whole time, in detail where that was read. */
  series(column: number): Series {
    const known = this.#series.get(column);
    if (known) return known;
    const made = joined(this.coarse(column), this.#detailed(column));
    this.#series.set(column, made);
    return made;
  }

  /** Whether the samples themselves are drawn, not runs of them. */
  get exact(): boolean {
    return (this.#detail?.block.place.run ?? this.clock.overview.run) === 1;
  }

  /** Return the points of a column in the overview, over the whole time. */
  coarse(column: number): Series {
    const known = this.#coarse.get(column);
    if (known) return known;
    const { overview } = this.clock;
    const block = overview.peek(0, overview.count)!;
    const made = pointsOf(block, column, 0, overview.count, this.#edge(block));
    this.#coarse.set(column, made);
    return made;
  }

  #detailed(column: number): Series {
    if (!this.#detail) return EMPTY;
    const { block, from, to } = this.#detail;
    return pointsOf(block, column, from, to, this.#edge(block));
  }

  #leaveDetail(): boolean {
    this.#reading?.abort();
    this.#wanted = "";
    if (!this.#detail) return false;
    this.#detail = undefined;
    this.#series.clear();
    return true;
  }

  #edge(block: Block): Edge {
    const { steady, count } = this.clock;
    const { run } = block.place;
    const shift = this.#offset;
    if (steady) return (entry) => steady.start + Math.min(count, entry * run) * steady.step + shift;
    return (entry) => (entry < block.to ? block.lowest(entry, 0) : block.highest(block.to - 1, 0)) + shift;
  }

  /** Return the coarsest layer with enough entries in the range, and which they are. */
  async #entries(range: Range, pixels: number): Promise<[Layer, number, number]> {
    const { clock } = this;
    const first = await clock.locate(range.from - this.#offset);
    const last = await clock.locate(range.to - this.#offset);
    const enough = pixels * LEAST_ENTRIES_A_PIXEL;
    const layer = [...clock.layers].reverse().find((each) => (last - first) / each.run >= enough) ?? clock.layers[0]!;
    const from = Math.max(0, Math.floor(first / layer.run));
    return [layer, from, Math.min(layer.count, Math.floor(last / layer.run) + 2)];
  }
}

/** Read entries with a margin on both sides, for the next step aside; null when the reading was broken off. */
const readWide = async (layer: Layer, from: number, to: number, signal: AbortSignal): Promise<Detail | null> => {
  const margin = Math.ceil((to - from) * MARGIN);
  const [begin, end] = [Math.max(0, from - margin), Math.min(layer.count, to + margin)];
  try {
    return { block: await layer.read(begin, end, signal), from: begin, to: end };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
};
