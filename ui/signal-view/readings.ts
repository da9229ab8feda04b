// The exact sample of each channel under the cursor, read from the file where it is not in memory.
import type { Looking } from "./looking";
import type { Channel, Clock } from "./trace-file";

/** A sample: its value, NaN in a gap, and its moment, both as in the file. */
export interface Reading {
  time: number;
  value: number;
}

const REST_MS = 60;

export class Readings {
  #found = new Map<Clock, number>();
  #time = NaN;
  #waiting = 0;

  constructor(
    private readonly looking: (clock: Clock) => Looking,
    private readonly arrived: () => void,
    private readonly failed: (error: unknown) => void,
  ) {}

  /** Point at a moment of the common axis; what is in memory is known at once, the rest when the cursor rests. */
  point(time: number, clocks: readonly Clock[]): void {
    this.#time = time;
    this.#found.clear();
    window.clearTimeout(this.#waiting);
    const open = clocks.filter((clock) => !this.#fromMemory(clock));
    if (open.length) this.#waiting = window.setTimeout(() => { this.#read(time, open).catch(this.failed); }, REST_MS);
  }

  /** Return the sample of a channel nearest to the cursor, or undefined while it is being read. */
  of(channel: Channel): Reading | undefined {
    const index = this.#found.get(channel.clock);
    const block = index === undefined ? undefined : channel.clock.layers[0]!.peek(index, index + 1);
    if (index === undefined || !block) return undefined;
    return { time: channel.clock.moment(index)!, value: block.lowest(index, channel.column) };
  }

  /** Return the index of the sample of a clock nearest to a moment of the common axis. */
  async nearest(clock: Clock, time: number): Promise<number> {
    const own = time - this.looking(clock).offset;
    const index = await clock.locate(own);
    const next = Math.min(clock.count - 1, index + 1);
    await clock.layers[0]!.read(index, next + 1);
    return nearer(clock, own, index, next);
  }

  #fromMemory(clock: Clock): boolean {
    if (!clock.steady) return false;
    const { start, step } = clock.steady;
    const own = this.#time - this.looking(clock).offset;
    const index = Math.min(clock.count - 1, Math.max(0, Math.round((own - start) / step)));
    if (!clock.layers[0]!.peek(index, index + 1)) return false;
    this.#found.set(clock, index);
    return true;
  }

  async #read(time: number, clocks: readonly Clock[]): Promise<void> {
    const indices = await Promise.all(clocks.map((clock) => this.nearest(clock, time)));
    if (time !== this.#time) return;
    clocks.forEach((clock, at) => this.#found.set(clock, indices[at]!));
    this.arrived();
  }
}

const nearer = (clock: Clock, time: number, index: number, next: number): number => {
  const [before, after] = [clock.moment(index)!, clock.moment(next)!];
  return Math.abs(after - time) < Math.abs(time - before) ? next : index;
};
