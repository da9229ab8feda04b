// Trace files made by hand, as far as the tests read them: one clock, its samples and levels, in memory.
import type { RangeSource, Tail } from "../ranges";
import type { Series } from "../series";
import { TraceFile } from "../trace-file";

const FACTOR = 8;

export class MemorySource implements RangeSource {
  fetched = 0;
  requests = 0;
  readonly reads: [number, number][] = [];

  constructor(private readonly bytes: Uint8Array, private readonly tailBytes = Infinity) {}

  async tail(wanted: number): Promise<Tail> {
    const at = Math.max(0, this.bytes.length - Math.min(wanted, this.tailBytes));
    this.requests += 1;
    return { bytes: this.bytes.slice(at).buffer, at };
  }

  async read(from: number, to: number, signal?: AbortSignal): Promise<ArrayBuffer> {
    this.requests += 1;
    this.fetched += to - from;
    this.reads.push([from, to]);
    await Promise.resolve();
    signal?.throwIfAborted();
    return this.bytes.slice(from, to).buffer;
  }
}

/** Return the bytes of a file of rows; `steady` of null: the first column of each row is its moment. */
export const fileOf = (rows: readonly (readonly number[])[], steady: { start: number; step: number } | null, run = FACTOR): Uint8Array => {
  const parts: Uint8Array[] = [];
  let size = 0;
  const put = (part: Uint8Array): number => {
    parts.push(part);
    size += part.length;
    return size - part.length;
  };
  const offset = put(bytesOf(rows.flat()));
  const levels = [];
  for (let length = run; rows.length / length > 4; length *= FACTOR) {
    const runs = chunks(rows, length);
    const columns = [...rows[0]!.keys()];
    const extremes = put(bytesOf(runs.flatMap((each) => columns.flatMap((column) => extremesOf(each.map((row) => row[column]!))))));
    const gaps = put(Uint8Array.from(runs.flatMap((each) => columns.map((column) => Number(each.some((row) => Number.isNaN(row[column])))))));
    put(new Uint8Array((8 - (size % 8)) % 8));
    levels.push({ run: length, count: runs.length, extremes, gaps });
  }
  const first = steady ? 0 : 1;
  const channels = [...rows[0]!.keys()].slice(first).map((column) => {
    const there = rows.map((row) => row[column]!).filter((value) => !Number.isNaN(value));
    return { key: `c${column - first}`, title: `Channel ${column - first}`, unit: "A", lowest: Math.min(...there), highest: Math.max(...there), missing: rows.length - there.length };
  });
  const clock = { path: "clock0", steady, samples: { count: rows.length, offset }, channels, levels };
  const directory = { version: 1, time: { title: "Time", unit: "ms" }, notes: [], start: null, clocks: [clock] };
  put(zipOf("zarr.json", JSON.stringify({ attributes: { tracemark_trace: directory } }), size));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
};

export const open = async (rows: readonly (readonly number[])[], steady: { start: number; step: number } | null, tailBytes?: number): Promise<[TraceFile, MemorySource]> => {
  const source = new MemorySource(fileOf(rows, steady), tailBytes);
  return [await TraceFile.open(source), source];
};

export const seriesOf = (points: readonly (readonly [number, number])[], gaps: Series["gaps"] = []): Series => ({
  x: Float64Array.from(points, ([x]) => x),
  y: Float64Array.from(points, ([, y]) => y),
  gaps,
});

/** Return an archive of one stored file whose first byte lies at `at`. */
export const zipOf = (name: string, text: string, at: number, large = false): Uint8Array => {
  const data = new TextEncoder().encode(text);
  const title = new TextEncoder().encode(name);
  const header = new DataView(new ArrayBuffer(30));
  header.setUint32(0, 0x04034b50, true);
  header.setUint16(26, title.length, true);
  const extra = new DataView(new ArrayBuffer(large ? 12 : 0));
  if (large) {
    extra.setUint16(0, 1, true);
    extra.setUint16(2, 8, true);
    extra.setBigUint64(4, BigInt(at), true);
  }
  const entry = new DataView(new ArrayBuffer(46));
  entry.setUint32(0, 0x02014b50, true);
  entry.setUint32(20, data.length, true);
  entry.setUint32(24, data.length, true);
  entry.setUint16(28, title.length, true);
  entry.setUint16(30, extra.byteLength, true);
  entry.setUint32(42, large ? 0xffffffff : at, true);
  const directory = at + 30 + title.length + data.length;
  const end = new DataView(new ArrayBuffer(22));
  end.setUint32(0, 0x06054b50, true);
  end.setUint32(16, large ? 0xffffffff : directory, true);
  const parts = [header, title, data, entry, title, extra, ...(large ? largeEnd(directory) : []), end];
  return Uint8Array.from(parts.flatMap((part) => [...new Uint8Array(part.buffer, part.byteOffset, part.byteLength)]));
};

const largeEnd = (directory: number): DataView[] => {
  const found = new DataView(new ArrayBuffer(56));
  found.setUint32(0, 0x06064b50, true);
  found.setBigUint64(48, BigInt(directory), true);
  return [found, new DataView(new ArrayBuffer(20))];
};

const bytesOf = (numbers: readonly number[]): Uint8Array => new Uint8Array(Float64Array.from(numbers).buffer);

const chunks = <T>(all: readonly T[], length: number): T[][] =>
  Array.from({ length: Math.ceil(all.length / length) }, (_, at) => all.slice(at * length, (at + 1) * length));

const extremesOf = (values: readonly number[]): [number, number] => {
  const there = values.filter((value) => !Number.isNaN(value));
  return there.length ? [Math.min(...there), Math.max(...there)] : [NaN, NaN];
};

/** A sequence of numbers that is the same every time. */
export const noise = (count: number, seed = 1): number[] => {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648 - 0.5;
  });
};
