// The bar above the lanes: tools, classes, ways to look.
import type { Bench, Scaling, Tool } from "./bench";
import { button, make } from "../dom";
import { markColour } from "./mark-layer";

const TOOLS: readonly (readonly [Tool, string, string])[] = [
  ["mark", "Mark", "Drag to mark a span; click a mark to change it; double-click marks a point"],
  ["zoom", "Zoom", "Drag to zoom into a range (or hold Alt)"],
  ["move", "Move", "Drag to move (or hold Ctrl)"],
];
const SCALINGS: readonly (readonly [Scaling, string])[] = [["full", "whole log"], ["fit", "fit to view"], ["shared", "shared by unit"]];

/** Fill the bar anew; `extra` comes before what ends a mark. The classes, of which there may be many, have rows of their own. */
export const fillToolbar = (bar: HTMLElement, bench: Bench, help: () => void, extra: readonly Node[]): void => {
  bar.replaceChildren(tools(bench), ...everywhere(bench), views(bench), scaling(bench), ...hidden(bench), ...extra, ending(bench, help), ...classes(bench));
};

const tools = (bench: Bench): HTMLElement => {
  const offered = TOOLS.filter(([tool]) => tool !== "mark" || bench.labels.length);
  return make("span", { class: "group", role: "group", "aria-label": "Tool" }, ...offered.map(([tool, name, says]) => {
    const made = make("button", { type: "button", title: says, "aria-pressed": String(bench.tool === tool), click: () => { bench.tool = tool; bench.changed(); } }, name);
    return made;
  }));
};

const classes = (bench: Bench): HTMLElement[] => {
  if (!bench.labels.length) return [];
  const chips = bench.labels.map((label, at) => chip(bench, label, at));
  return [make("span", { class: "group classes", role: "group", "aria-label": "Class of marks" }, ...chips)];
};

const everywhere = (bench: Bench): HTMLElement[] => {
  if (!bench.labels.length) return [];
  const all = make("input", { type: "checkbox", change: () => { bench.onAll = !bench.onAll; bench.changed(); } });
  all.checked = bench.onAll;
  return [make("label", { title: "Marks are on all channels (a)" }, all, " all channels")];
};

const chip = (bench: Bench, label: string, at: number): HTMLElement => {
  const choose = (): void => {
    bench.label = label;
    if (bench.selection) void bench.markHere(label);
    else if (bench.marks.current) bench.marks.change(bench.marks.selected, { label });
    bench.changed();
  };
  const sign = at < 9 ? [make("kbd", {}, String(at + 1))] : [];
  const made = make("button", { type: "button", class: "chip", "aria-pressed": String(bench.label === label), click: choose }, ...sign, label);
  made.style.setProperty("--mark", markColour(bench, label));
  return made;
};

const views = (bench: Bench): HTMLElement => {
  const middle = (): number => (bench.viewport.range.from + bench.viewport.range.to) / 2;
  const zoom = (factor: number): void => { bench.viewport.remember(); bench.viewport.zoom(factor, middle()); };
  return make(
    "span", { class: "group", role: "group", "aria-label": "View" },
    button("−", "Zoom out (−)", () => { zoom(2); }),
    button("+", "Zoom in (+)", () => { zoom(0.5); }),
    button("Back", "Back to the last view (b)", () => { bench.viewport.back(); }),
    button("Fit", "Show everything (f)", () => { bench.viewport.fit(); }),
  );
};

const scaling = (bench: Bench): HTMLElement => {
  const choose = make("select", { "aria-label": "Axis of values", change: () => { bench.scaling = choose.value as Scaling; bench.redraw(); } },
    ...SCALINGS.map(([value, name]) => make("option", { value, selected: bench.scaling === value }, `y: ${name}`)));
  return choose;
};

const hidden = (bench: Bench): HTMLElement[] =>
  bench.hidden.map((channel) => make("button", { type: "button", title: "Show this channel again", click: () => { showAgain(bench, channel.key); } }, `+ ${channel.about.title}`));

const showAgain = (bench: Bench, key: string): void => {
  bench.hidden = bench.hidden.filter((each) => each.key !== key);
  const channel = bench.file.channels.find((each) => each.key === key)!;
  bench.rearrange([...bench.lanes, bench.laneOf([channel])]);
};

const ending = (bench: Bench, help: () => void): HTMLElement => {
  const undo = button("↶", "Undo (Ctrl Z)", () => { bench.marks.undo(); });
  const redo = button("↷", "Redo (Ctrl Y)", () => { bench.marks.redo(); });
  undo.disabled = !bench.marks.canUndo;
  redo.disabled = !bench.marks.canRedo;
  const history = bench.labels.length ? [undo, redo] : [];
  return make("span", { class: "group end" }, ...history, button("?", "Keys", help));
};
