// One layer of a trace file, the samples or a level of extremes: read in blocks that are kept for a while.
import type { RangeSource, Tail } from "./ranges";

export interface LayerPlace {
  run: number;
  count: number;
  offset: number;
  gaps: number | null;
  columns: number;
}

// Reads begin and end at a multiple of this, so that the next look near by finds what it needs.
const GRAIN = 512;
const KEPT_BLOCKS = 24;

/** Consecutive entries of a layer: samples when `run` is 1, else runs of as many samples. */
export class Block {
  constructor(
    readonly place: LayerPlace,
    readonly from: number,
    readonly to: number,
    private readonly numbers: Float64Array,
    private readonly flags: Uint8Array | null,
  ) {}

  lowest(entry: number, column: number): number {
    const at = (entry - this.from) * this.place.columns + column;
    return this.place.run === 1 ? this.numbers[at]! : this.numbers[2 * at]!;
  }

  highest(entry: number, column: number): number {
    const at = (entry - this.from) * this.place.columns + column;
    return this.place.run === 1 ? this.numbers[at]! : this.numbers[2 * at + 1]!;
  }

  /** Return whether a sample of the entry is missing. */
  gap(entry: number, column: number): boolean {
    const at = (entry - this.from) * this.place.columns + column;
    if (this.place.run === 1) return Number.isNaN(this.numbers[at]!);
    return this.flags !== null && this.flags[at] === 1;
  }

  holds(from: number, to: number): boolean {
    return this.from <= from && to <= this.to;
  }
}

export class Layer {
  #blocks: Block[] = [];
  /** Reads under way: a cursor that rests asks for the same samples more than once. */
  #reading = new Map<string, Promise<Block>>();

  constructor(private readonly source: RangeSource, private readonly place: LayerPlace) {}

  get run(): number {
    return this.place.run;
  }

  get count(): number {
    return this.place.count;
  }

  /** Return a block in memory that holds the entries, or undefined. */
  peek(from: number, to: number): Block | undefined {
    const found = this.#blocks.find((block) => block.holds(from, to));
    if (found) this.#keep(found);
    return found;
  }

  /** Return a block that holds the entries from `from` up to, not including, `to`; it may hold more. */
  async read(from: number, to: number, signal?: AbortSignal): Promise<Block> {
    const found = this.peek(from, to);
    if (found) return found;
    const first = Math.floor(from / GRAIN) * GRAIN;
    const end = Math.min(this.count, Math.ceil(to / GRAIN) * GRAIN);
    if (signal) return this.#fetch(first, end, signal);
    const key = `${first} ${end}`;
    const reading = this.#reading.get(key) ?? this.#fetch(first, end).finally(() => this.#reading.delete(key));
    this.#reading.set(key, reading);
    return reading;
  }

  async #fetch(first: number, end: number, signal?: AbortSignal): Promise<Block> {
    const { offset, gaps, columns } = this.place;
    const [numbers, flags] = await Promise.all([
      this.source.read(offset + first * this.#width, offset + end * this.#width, signal),
      gaps === null ? null : this.source.read(gaps + first * columns, gaps + end * columns, signal),
    ]);
    return this.#keep(new Block(this.place, first, end, new Float64Array(numbers), flags && new Uint8Array(flags)));
  }

  /** Keep the whole layer if it lies in the last bytes of the file. */
  takeFrom(tail: Tail): void {
    const { offset, gaps, columns, count } = this.place;
    if (offset < tail.at || (gaps !== null && gaps < tail.at)) return;
    const part = (from: number, bytes: number): ArrayBuffer => tail.bytes.slice(from - tail.at, from - tail.at + bytes);
    const numbers = new Float64Array(part(offset, count * this.#width));
    const flags = gaps === null ? null : new Uint8Array(part(gaps, count * columns));
    this.#keep(new Block(this.place, 0, count, numbers, flags));
  }

  get #width(): number {
    return 8 * this.place.columns * (this.place.run === 1 ? 1 : 2);
  }

  #keep(block: Block): Block {
    // A block that holds all, an overview for one, is never given up.
    const others = this.#blocks.filter((each) => each !== block);
    const whole = others.filter((each) => each.holds(0, this.count));
    const parts = others.filter((each) => !each.holds(0, this.count));
    this.#blocks = [block, ...whole, ...parts.slice(0, KEPT_BLOCKS - 1)];
    return block;
  }
}
