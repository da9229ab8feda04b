// A photograph with everything around it: tools above, what is seen below, classes and the list of marks beside.

import { make } from "../dom";
import { draftsOf, fileOf, type Drafts } from "../drafts";
import { colourOf, type Classes } from "./classes";
import { KEYS, pressKey } from "./keys";
import { Stage } from "./stage";
import type { Entry, Tool } from "./tool";
import { Toolbar } from "./toolbar";

/** The workbench for one photograph; `main` and `side` go into a page. */
export class Workbench {
  readonly stage: Stage;
  readonly main: HTMLElement;
  readonly side: HTMLElement;
  readonly tool: Tool | undefined;

  private readonly stages = make("div", { class: "stages" });
  private readonly toolbar: Toolbar;
  private readonly classes = make("ul", { class: "classes", "aria-label": "Classes" });
  private readonly list = make("ol", { class: "marks", "aria-label": "Marks" });
  private readonly told = make("span", { role: "status" });
  private readonly seen = make("span", {});
  private readonly keys: HTMLDialogElement;
  /** What the last digit did. */
  private done = "";

  /** `label` is what the photograph is called; `makeTool` gets the canvas over it; `changed` is called when an answer may have changed. */
  constructor(
    label: string,
    makeTool: (canvas: HTMLCanvasElement) => Tool | undefined,
    private readonly changed: () => void,
    locked = false,
  ) {
    this.stage = new Stage(label, () => this.onLook());
    this.tool = this.stage.tool = makeTool(this.stage.canvas);
    this.stage.locked = locked;
    this.keys = keysDialog();
    this.toolbar = new Toolbar(this.stage, () => this.keys.showModal());
    if (this.tool) this.tool.changed = () => this.onChange();
    this.stage.element.addEventListener("keydown", (event) => this.onKey(event));
    const status = make("div", { class: "status" }, this.told, this.seen);
    this.main = make("div", { class: "bench" }, this.toolbar.element, this.stages, status, this.keys);
    this.stages.append(this.stage.element);
    this.side = make("div", { class: "marking" });
    if (this.tool && !locked) this.side.append(make("h2", { class: "part" }, "Class"), this.classes, make("h2", { class: "part" }, "Marks"), this.list);
    this.refresh();
  }

  /** Called when another part of the photograph is seen, or the light has changed. */
  looked: () => void = () => undefined;

  private onLook(): void {
    this.refresh();
    this.looked();
  }

  private onKey(event: KeyboardEvent): void {
    // A key that is held down moves and zooms, but draws, deletes and toggles once.
    const done = (event.repeat && ONCE.test(event.key)) || pressKey(this.stage, event) || this.pickByKey(event);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
    this.refresh();
  }

  private pickByKey(event: KeyboardEvent): boolean {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    return plain && /^[1-9]$/.test(event.key) && this.pick(Number(event.key) - 1, true);
  }

  /**
   * Choose the class at `index`, counted from 0; return whether there is one. The chosen mark gets it only `here`, where the
   * worker is at work on the photograph: elsewhere a digit is meant for what comes next.
   */
  pick(index: number, here: boolean): boolean {
    const { tool } = this;
    const label = tool?.classes.labels[index];
    if (!tool || label === undefined) return false;
    if (!here) tool.select(undefined);
    tool.choose(label);
    const place = tool.entries.findIndex(({ id }) => id === tool.selected) + 1;
    this.done = place ? `Mark ${place} is now ${label}` : `The next mark is ${label}`;
    this.refresh();
    return true;
  }

  setClasses(classes: Classes): void {
    this.tool?.setClasses(classes);
    this.refresh();
  }

  private onChange(): void {
    this.done = "";
    this.stage.draw();
    this.refresh();
    const version = this.tool?.version ?? 0;
    if (version === this.version) return;
    this.version = version;
    this.drafts?.keep(this.tool!.writeDraft());
    this.changed();
  }

  private version = 0;
  private drafts: Drafts | undefined;

  /** Whether what is drawn goes on from a draft; then nothing else may take its place by itself. */
  isResumed = false;

  /** Take up the draft of the field `name`, if there is one, and keep each change from now on; `source` is the photograph's. */
  keepDrafts(name: string, source: string): void {
    if (this.drafts || !this.tool || !name || !source) return;
    this.drafts = draftsOf(name, fileOf(source));
    this.drafts.recall((text) => this.resume(text));
  }

  private resume(text: string): void {
    this.isResumed = true;
    this.tool?.readDraft(text);
    this.changed();
  }

  /** The worker begins anew. */
  dropDraft(): void {
    this.isResumed = false;
    this.drafts?.keep("");
  }

  /** Put another photograph beside this one, at the same height. */
  placeBeside(other: Stage): void {
    this.stages.append(other.element);
  }

  /** Show what a script has changed. */
  update(): void {
    this.onChange();
  }

  private refresh(): void {
    this.toolbar.refresh();
    this.showState();
    const { tool } = this;
    const shown = JSON.stringify([tool?.classes, tool?.label, tool?.selected, tool?.entries]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.drawClasses();
    this.drawList();
  }

  /** What classes and list show: a pointer that only moves draws neither anew. */
  private shown = "";

  private showState(): void {
    const { state, viewport, size } = this.stage;
    const words = { loading: "The photograph is loading …", failed: "The photograph could not be loaded.", shown: this.done }[state];
    if (this.told.textContent !== words) this.told.textContent = words;
    this.told.classList.toggle("wrong", state === "failed");
    this.seen.textContent = state === "shown" ? `${size.width} × ${size.height} pixels · ${Math.round(100 * viewport.scale)} %` : "";
  }

  private drawClasses(): void {
    const tool = this.tool;
    if (!tool) return;
    const { labels, colours } = tool.classes;
    const buttons = labels.map((label, index) => {
      const pressed = String(tool.label === label);
      const key = index < 9 ? [make("kbd", { "aria-hidden": "true" }, String(index + 1))] : [];
      const button = make("button", { type: "button", "aria-pressed": pressed, click: () => tool.choose(label) }, swatch(colours[index]!), make("span", {}, label), ...key);
      return make("li", {}, button);
    });
    replaceKeepingFocus(this.classes, buttons);
  }

  private drawList(): void {
    const entries = this.tool?.entries ?? [];
    const shown = entries.length ? entries.map((entry, index) => this.entry(entry, index)) : [make("li", {}, make("small", {}, "none yet"))];
    replaceKeepingFocus(this.list, shown);
  }

  private entry(entry: Entry, index: number): HTMLLIElement {
    const tool = this.tool!;
    const text = make("span", {}, entry.label || "no class", " ", make("small", {}, entry.words));
    const choose = make("button", { type: "button", "data-mark": entry.id, click: () => tool.select(entry.id) }, swatch(colourOf(tool.classes, entry.label)), text);
    const remove = make("button", { type: "button", "aria-label": `Delete mark ${index + 1}: ${entry.label}`, click: () => tool.delete(entry.id) }, "×");
    return make("li", { class: tool.selected === entry.id ? "selected" : "" }, choose, remove);
  }
}

const ONCE = /^([1-9 hv]|Enter|Delete|Backspace)$/i;

const swatch = (colour: string): HTMLElement => {
  const made = make("i", { class: "swatch", "aria-hidden": "true" });
  made.style.background = colour;
  return made;
};

/** Draw a list anew; the button of it that has the focus has it afterwards as well. */
const replaceKeepingFocus = (list: HTMLElement, items: Node[]): void => {
  const root = list.getRootNode() as Document | ShadowRoot;
  const at = [...list.querySelectorAll("button")].indexOf(root.activeElement as HTMLButtonElement);
  list.replaceChildren(...items);
  if (at >= 0) list.querySelectorAll("button").item(Math.min(at, list.querySelectorAll("button").length - 1))?.focus();
};

const keysDialog = (): HTMLDialogElement => {
  const rows = KEYS.flatMap(([key, words]) => [make("dt", {}, key), make("dd", {}, words)]);
  const close = make("button", { type: "button", click: () => dialog.close() }, "Close ", make("kbd", {}, "Esc"));
  const header = make("header", {}, make("h2", { id: "keys-title" }, "Keys"), close);
  const dialog = make("dialog", { class: "small", "aria-labelledby": "keys-title" }, header, make("div", { class: "content" }, make("dl", { class: "keys" }, ...rows)));
  return dialog;
};
