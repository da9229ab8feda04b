// A trace file: its channels, and their samples and runs of extremes by ranges; see docs/reference/trace-file.md.
import { Fault } from "./fault";
import { Layer } from "./layer";
import type { RangeSource } from "./ranges";
import { fileInTail } from "./zip";

export interface ChannelDirectory {
  key: string;
  title: string;
  unit: string;
  lowest: number | null;
  highest: number | null;
  missing: number;
}

interface LevelDirectory {
  run: number;
  count: number;
  extremes: number;
  gaps: number | null;
}

interface ClockDirectory {
  path: string;
  steady: { start: number; step: number } | null;
  samples: { count: number; offset: number };
  channels: ChannelDirectory[];
  levels: LevelDirectory[];
}

interface Directory {
  version: number;
  time: { title: string; unit: string };
  notes: string[];
  start: string | null;
  clocks: ClockDirectory[];
}

const TAIL_BYTES = 192 * 1024;
const SECONDS: Record<string, number> = { d: 86400, h: 3600, min: 60, s: 1, ms: 1e-3, "µs": 1e-6, ns: 1e-9 };

/** Channels that were sampled together. */
export class Clock {
  /** From the samples to the overview. */
  readonly layers: readonly Layer[];
  readonly steady: { start: number; step: number } | null;
  readonly count: number;
  /** How many columns come before those of the channels: one of times, or none. */
  readonly first: number;

  constructor(directory: ClockDirectory, source: RangeSource) {
    this.steady = directory.steady;
    this.count = directory.samples.count;
    this.first = directory.steady ? 0 : 1;
    const columns = directory.channels.length + this.first;
    this.layers = [
      new Layer(source, { run: 1, count: this.count, offset: directory.samples.offset, gaps: null, columns }),
      ...directory.levels.map((each) => new Layer(source, { run: each.run, count: each.count, offset: each.extremes, gaps: each.gaps, columns })),
    ];
  }

  get overview(): Layer {
    return this.layers[this.layers.length - 1]!;
  }

  /** Return the moment of a sample; of an unsteady clock it must be in a block that was read. */
  moment(index: number): number | undefined {
    if (this.steady) return this.steady.start + index * this.steady.step;
    return this.layers[0]!.peek(index, index + 1)?.lowest(index, 0);
  }

  /** Return the index of the last sample at or before a moment, or of the first one. */
  async locate(time: number): Promise<number> {
    if (this.steady) return this.#steadyIndex(time);
    let [from, to] = [0, this.overview.count];
    for (const [above, layer] of [...this.layers.entries()].reverse()) {
      const block = await layer.read(from, to);
      const entry = lastAtOrBefore(from, to, (at) => block.lowest(at, 0) <= time);
      if (above === 0) return entry;
      const finer = this.layers[above - 1]!;
      const ratio = layer.run / finer.run;
      [from, to] = [entry * ratio, Math.min((entry + 1) * ratio, finer.count)];
    }
    return from;
  }

  #steadyIndex(time: number): number {
    const { start, step } = this.steady!;
    const index = Math.min(this.count - 1, Math.max(0, Math.round((time - start) / step)));
    // Rounding may land beside the last moment that is not later.
    if (index > 0 && start + index * step > time) return index - 1;
    return index + 1 < this.count && start + (index + 1) * step <= time ? index + 1 : index;
  }
}

/** One channel of a trace file. */
export class Channel {
  constructor(readonly about: ChannelDirectory, readonly clock: Clock, readonly column: number, readonly index: number) {}

  get key(): string {
    return this.about.key;
  }
}

export class TraceFile {
  private constructor(
    readonly about: Pick<Directory, "time" | "notes" | "start">,
    readonly clocks: readonly Clock[],
    readonly channels: readonly Channel[],
    readonly source: RangeSource,
  ) {}

  /** Read the directory and the overviews, by one request. */
  static async open(source: RangeSource): Promise<TraceFile> {
    const tail = await source.tail(TAIL_BYTES);
    const directory = parse(fileInTail(tail, "zarr.json"));
    const clocks = directory.clocks.map((each) => new Clock(each, source));
    clocks.forEach((clock) => { clock.layers.forEach((layer) => { layer.takeFrom(tail); }); });
    const channels = directory.clocks.flatMap((each, at) =>
      each.channels.map((channel, column) => ({ channel, clock: clocks[at]!, column: column + clocks[at]!.first })),
    );
    await Promise.all(clocks.map((clock) => clock.overview.read(0, clock.overview.count)));
    return new TraceFile(directory, clocks, channels.map((each, index) => new Channel(each.channel, each.clock, each.column, index)), source);
  }

  get time(): { title: string; unit: string } {
    return this.about.time;
  }

  /** How many seconds one unit of time lasts; NaN when the unit is none of ours. */
  get seconds(): number {
    return SECONDS[this.time.unit] ?? NaN;
  }

  /** The first and the last moment of any clock; overviews are in memory. */
  get span(): { from: number; to: number } {
    const ends = this.clocks.map((clock) => [beginning(clock), ending(clock)] as const);
    return { from: Math.min(...ends.map(([from]) => from)), to: Math.max(...ends.map(([, to]) => to)) };
  }
}

const beginning = (clock: Clock): number => clock.steady?.start ?? clock.overview.peek(0, 1)!.lowest(0, 0);

const ending = (clock: Clock): number => {
  if (clock.steady) return clock.steady.start + (clock.count - 1) * clock.steady.step;
  const last = clock.overview.count - 1;
  return clock.overview.peek(last, last + 1)!.highest(last, 0);
};

const lastAtOrBefore = (from: number, to: number, holds: (at: number) => boolean): number => {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
};

const parse = (text: string): Directory => {
  const found = (JSON.parse(text) as { attributes?: { tracemark_trace?: Directory } }).attributes?.tracemark_trace;
  if (found?.version !== 1) {
    throw new Fault(`this trace file is of version ${found?.version ?? "none"}, not 1`, "load the view's script anew, or write the trace file again");
  }
  return found;
};
