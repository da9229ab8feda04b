// The keys of a signal view. They work while it has the focus; a key that does nothing here is left to the page.
import type { Bench } from "./bench";

type Act = (bench: Bench, event: KeyboardEvent) => void;

const PAN = 0.1;
const ZOOM = 1.5;

const around = (bench: Bench): number => {
  const { from, to } = bench.viewport.range;
  return bench.cursor >= from && bench.cursor <= to ? bench.cursor : (from + to) / 2;
};

const step = (direction: number): Act => (bench, event) => {
  if (event.altKey) {
    void resize(bench, direction, event.shiftKey ? "start" : "end");
    return;
  }
  if (event.ctrlKey && !event.shiftKey) {
    bench.viewport.pan(direction * PAN);
    return;
  }
  const coarse = event.ctrlKey ? samplesIn(bench, PAN) : 1;
  void bench.step(direction * coarse, event.shiftKey);
};

const samplesIn = (bench: Bench, part: number): number => {
  const clock = bench.lane?.channels[0]?.clock;
  if (!clock) return 1;
  const span = bench.file.span;
  return Math.max(1, Math.round((clock.count * part * bench.viewport.width) / (span.to - span.from)));
};

/** Move an end of the selected mark by one sample. */
const resize = async (bench: Bench, direction: number, end: "start" | "end"): Promise<void> => {
  const mark = bench.marks.current;
  if (!mark) return;
  const { selected } = bench.marks;
  const channel = bench.channelOf(mark);
  const index = await channel.clock.locate(mark[end]);
  const next = Math.min(channel.clock.count - 1, Math.max(0, index + direction));
  bench.marks.change(selected, { [end]: (await bench.momentOf(channel, next)) - bench.lookingOf(channel).offset });
};

const lane = (by: number): Act => (bench) => {
  bench.active = Math.min(bench.lanes.length - 1, Math.max(0, bench.active + by));
  bench.changed();
};

const choose = (by: number): Act => (bench) => {
  const { labels } = bench;
  if (!labels.length) return;
  bench.label = labels[(labels.indexOf(bench.label) + by + labels.length) % labels.length]!;
  if (bench.marks.current) bench.marks.change(bench.marks.selected, { label: bench.label });
  bench.changed();
};

const next = (by: number): Act => (bench) => {
  bench.marks.selectNext(by);
  const mark = bench.marks.current;
  if (!mark) return;
  const { offset } = bench.lookingOf(bench.channelOf(mark));
  bench.viewport.reveal(mark.start + offset);
  bench.point(mark.start + offset);
};

const release: Act = (bench) => {
  bench.selection = undefined;
  bench.marks.select(-1);
  bench.redraw();
};

const PLAIN: Record<string, Act> = {
  ArrowLeft: step(-1),
  ArrowRight: step(1),
  ArrowUp: lane(-1),
  ArrowDown: lane(1),
  PageUp: (bench) => { bench.viewport.pan(-0.9); },
  PageDown: (bench) => { bench.viewport.pan(0.9); },
  Home: (bench) => { bench.viewport.show({ from: bench.file.span.from, to: bench.file.span.from + bench.viewport.width }); },
  End: (bench) => { bench.viewport.show({ from: bench.file.span.to - bench.viewport.width, to: bench.file.span.to }); },
  "+": (bench) => { bench.viewport.zoom(1 / ZOOM, around(bench)); },
  "=": (bench) => { bench.viewport.zoom(1 / ZOOM, around(bench)); },
  "-": (bench) => { bench.viewport.zoom(ZOOM, around(bench)); },
  f: (bench) => { bench.viewport.fit(); },
  0: (bench) => { bench.viewport.fit(); },
  b: (bench) => { bench.viewport.back(); },
  Backspace: (bench) => { bench.viewport.back(); },
  m: (bench) => { void bench.markHere(); },
  a: (bench) => { bench.onAll = !bench.onAll; bench.changed(); },
  "[": choose(-1),
  "]": choose(1),
  n: next(1),
  p: next(-1),
  Delete: (bench) => { bench.marks.remove(); },
};

const COMMANDS: Record<string, Act> = {
  z: (bench, event) => { if (event.shiftKey) bench.marks.redo(); else bench.marks.undo(); },
  y: (bench) => { bench.marks.redo(); },
  ArrowLeft: step(-1),
  ArrowRight: step(1),
};

/** A key that is held down moves and zooms, but marks, deletes and toggles once. */
const isHeldDown = (event: KeyboardEvent, key: string): boolean => event.repeat && /^([1-9ma]|Delete)$/.test(key);

const takesPlain = (bench: Bench, event: KeyboardEvent, key: string): boolean => isHeldDown(event, key) || takesDigit(bench, key);

/** Do what a key asks for; return whether it asked for anything. */
export const onKey = (bench: Bench, event: KeyboardEvent): boolean => {
  const command = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!command && takesPlain(bench, event, key)) return true;
  if (key === "Escape") return escape(bench, event);
  const act = (command ? COMMANDS : PLAIN)[key];
  act?.(bench, event);
  return act !== undefined;
};

/** A digit gives the selection, or the mark that is selected, its class; else it is the page's: it chooses a category. */
const takesDigit = (bench: Bench, key: string): boolean => {
  const label = /^[1-9]$/.test(key) ? bench.labels[Number(key) - 1] : undefined;
  if (!label || (!bench.selection && !bench.marks.current)) return false;
  bench.label = label;
  if (bench.selection) void bench.markHere(label).then(() => { tellClass(bench); });
  else {
    bench.marks.change(bench.marks.selected, { label });
    tellClass(bench);
  }
  bench.changed();
  return true;
};

/** Say which mark a digit gave a class: a worker may have meant the class of the whole item. Marks count in order of time, as in their list. */
const tellClass = (bench: Bench): void => {
  const { current, list } = bench.marks;
  if (!current) return;
  const place = [...list].sort((a, b) => a.start - b.start).indexOf(current) + 1;
  bench.tell(`Mark ${place} is now ${current.label}`);
};

const escape = (bench: Bench, event: KeyboardEvent): boolean => {
  if (!bench.selection && bench.marks.selected < 0) return false;
  release(bench, event);
  return true;
};

/** What the help says: keys, and what they do. */
export const KEYS: readonly (readonly [string, string])[] = [
  ["← →", "cursor by a sample"],
  ["Shift ← →", "extend a selection by a sample"],
  ["Ctrl Shift ← →", "extend by a tenth of the view"],
  ["Ctrl ← →", "move the view"],
  ["Page Up, Page Down", "a view back, on"],
  ["Home, End", "to the beginning, the end"],
  ["↑ ↓", "choose the lane"],
  ["+ −", "zoom at the cursor"],
  ["f", "fit everything"],
  ["b", "back to the last view"],
  ["m", "mark the selection, or a point"],
  ["1 – 9", "class of the selection or the selected mark; without one, a class of the form"],
  ["[ ]", "previous, next class"],
  ["a", "mark one channel or all"],
  ["n, p", "next, previous mark"],
  ["Alt ← →", "move the end of the mark by a sample; with Shift its start"],
  ["Delete", "delete the mark"],
  ["Ctrl Z, Ctrl Y", "undo, redo"],
  ["Esc", "select nothing"],
];
