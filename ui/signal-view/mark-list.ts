// The marks as a list, in order of time: each can be chosen, seen, given another class, deleted.
import type { Bench } from "./bench";
import { button, make } from "../dom";
import { markColour } from "./mark-layer";
import type { Mark } from "./marks";
import { exact, short } from "./number-text";

export const fillList = (list: HTMLElement, bench: Bench): void => {
  const rows = bench.marks.list.map((mark, index) => ({ mark, index })).sort((a, b) => a.mark.start - b.mark.start);
  if (!rows.length) {
    list.replaceChildren();
    return;
  }
  const { unit } = bench.file.time;
  const names = ["class", "channel", `from (${unit})`, `to (${unit})`, `length (${unit})`, ""];
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
  list.replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows.map(({ mark, index }) => row(bench, mark, index)))));
};

const row = (bench: Bench, mark: Mark, index: number): HTMLElement => {
  const channel = mark.channel === null ? "all" : bench.channelOf(mark).about.title;
  const first = make("td", {}, classOf(bench, mark, index));
  first.style.setProperty("--mark", markColour(bench, mark.label));
  const made = make(
    "tr", { "aria-selected": String(index === bench.marks.selected), click: () => { look(bench, mark, index); } }, first,
    ...[channel, exact(mark.start), exact(mark.end), short(mark.end - mark.start)].map((text) => make("td", {}, text)),
    make("td", {}, button("Show", `Show ${mark.label} from ${exact(mark.start)}`, () => { show(bench, mark, index); }), button("×", `Delete ${mark.label} from ${exact(mark.start)}`, () => { bench.marks.remove(index); })),
  );
  return made;
};

const classOf = (bench: Bench, mark: Mark, index: number): HTMLElement => {
  const labels = bench.labels.includes(mark.label) ? bench.labels : [...bench.labels, mark.label];
  const choose = make("select", { "aria-label": "Class of this mark", change: () => { bench.marks.change(index, { label: choose.value }); } },
    ...labels.map((label) => make("option", { selected: label === mark.label }, label)));
  return choose;
};

const look = (bench: Bench, mark: Mark, index: number): void => {
  if (bench.marks.list[index] !== mark) return;
  if (bench.marks.selected !== index) bench.marks.select(index);
  bench.viewport.reveal(mark.start + bench.lookingOf(bench.channelOf(mark)).offset);
};

/** Zoom to a mark, with as much again on both sides; a point keeps the width of the view. */
const show = (bench: Bench, mark: Mark, index: number): void => {
  const { offset } = bench.lookingOf(bench.channelOf(mark));
  const length = mark.end - mark.start || bench.viewport.width / 3;
  bench.marks.select(index);
  bench.viewport.show({ from: mark.start + offset - length, to: mark.end + offset + length }, true);
};
