// Finding a stored file in the last bytes of a ZIP archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
import { Fault } from "./fault";
import type { Tail } from "./ranges";

const END = 0x06054b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
const IN_EXTRA = 0xffffffff;

const broken = (): Fault => new Fault("this is not a trace file", "look at `src` of <signal-view>: it is task.input.trace.file");

interface Entry {
  name: string;
  offset: number;
  size: number;
  next: number;
}

/** Return the text of the uncompressed file `name`, which lies in the tail with its archive's directory. */
export const fileInTail = (tail: Tail, name: string): string => {
  const view = new DataView(tail.bytes);
  let at = directory(view) - tail.at;
  while (at >= 0 && at + 46 <= view.byteLength && view.getUint32(at, true) === ENTRY) {
    const entry = entryAt(view, at);
    if (entry.name === name) return text(tail, entry);
    at = entry.next;
  }
  throw broken();
};

/** Return where in the file the directory begins. */
const directory = (view: DataView): number => {
  for (let at = view.byteLength - 22; at >= 0; at -= 1) {
    if (view.getUint32(at, true) !== END) continue;
    const found = view.getUint32(at + 16, true);
    if (found !== IN_EXTRA) return found;
    const large = at - 20 - 56;
    if (large < 0 || view.getUint32(large, true) !== END_64) throw broken();
    return Number(view.getBigUint64(large + 48, true));
  }
  throw broken();
};

const entryAt = (view: DataView, at: number): Entry => {
  const [nameLength, extraLength, remarkLength] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true)) as [number, number, number];
  const nameEnds = at + 46 + nameLength;
  return {
    name: new TextDecoder().decode(new Uint8Array(view.buffer, at + 46, nameLength)),
    size: view.getUint32(at + 24, true),
    offset: localHeader(view, at, nameEnds, nameEnds + extraLength),
    next: nameEnds + extraLength + remarkLength,
  };
};

/** Return where an entry's own header lies; beyond 4 GB it stands in the extra field, behind sizes that are as large. */
const localHeader = (view: DataView, at: number, extra: number, end: number): number => {
  const found = view.getUint32(at + 42, true);
  if (found !== IN_EXTRA) return found;
  const sizes = [20, 24].filter((offset) => view.getUint32(at + offset, true) === IN_EXTRA).length;
  for (let field = extra; field + 4 <= end; field += 4 + view.getUint16(field + 2, true)) {
    if (view.getUint16(field, true) === 1) return Number(view.getBigUint64(field + 4 + 8 * sizes, true));
  }
  throw broken();
};

const text = (tail: Tail, entry: Entry): string => {
  const header = entry.offset - tail.at;
  if (header < 0) throw broken();
  const view = new DataView(tail.bytes);
  const begins = header + 30 + view.getUint16(header + 26, true) + view.getUint16(header + 28, true);
  return new TextDecoder().decode(new Uint8Array(tail.bytes, begins, entry.size));
};
