// Labels on parts of a text: crowd-entity-annotation. It brings its own form when it stands in none.

import { makeClasses } from "../photo-view/classes";
import { History } from "../photo-view/history";
import { DIALOG_STYLE, drawHelp, toggleDialog, type Instructing } from "./dialog";
import { CrowdField, make, styleSheet, type Json } from "./element";
import { addSpan, pieces, readLabels, readSpans, toUnicode, type Label, type Span } from "./entities";
import type { CrowdForm } from "./form";
import { draftsOf, type Drafts } from "../drafts";
import { readText } from "../json";
import { readAttribute } from "../loose-json";

const ENTITY_STYLE = styleSheet(`
  .layout { display: grid; grid-template-columns: minmax(0, 1fr) 15rem; gap: .4rem 1rem; align-items: start; }
  h1 { margin: 0 0 .3rem; font-size: 1.15rem; }
  .side { display: flex; flex-direction: column; gap: .4rem; }
  .short { font-size: .9rem; color: var(--quiet); }
  .text { padding: .6rem .8rem; border: 1px solid var(--edge); border-radius: 6px; line-height: 2.1; white-space: pre-wrap; overflow-wrap: anywhere; }
  mark { padding: .1rem 0; border-bottom: 3px solid; background: var(--tint); color: inherit; cursor: pointer; }
  mark.selected { outline: 2px solid #1b2430; }
  mark button { min-height: 0; margin-left: .2rem; padding: 0 .3rem; font-size: .75rem; user-select: none; }
  .labels button { display: flex; align-items: center; gap: .5rem; width: 100%; margin-bottom: .3rem; text-align: left; }
  .labels span { flex: 1; }
  .labels button[aria-pressed="true"] { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
  .swatch { width: 1rem; height: 1rem; border: 1px solid #1b2430; border-radius: 3px; }
  .tools { display: flex; gap: .3rem; margin: .3rem 0; }
  .problem { color: var(--wrong); font-weight: 600; } .problem:empty { display: none; }
  @media (max-width: 50rem) { .layout { grid-template-columns: minmax(0, 1fr); } }
`);

export class CrowdEntityAnnotation extends CrowdField implements Instructing {
  static override styles = [DIALOG_STYLE, ENTITY_STYLE];
  static override early = ["labels", "name"];

  private history = new History<readonly Span[]>([]);
  private selected: Span | undefined;
  private chosen = 0;
  private windows: HTMLDialogElement[] = [];
  private readonly shown = make("div", { class: "text", tabindex: "0", role: "group", "aria-label": "Text" });
  private readonly buttons = make("div", { class: "labels", role: "group", "aria-label": "Labels" });
  private readonly told = make("p", { class: "problem", role: "alert" });
  private readonly undo = make("button", { type: "button", click: () => this.step("undo") }, "Undo");
  private readonly redo = make("button", { type: "button", click: () => this.step("redo") }, "Redo");
  private wanted: readonly Label[] = [];

  override draw(): (Node | string)[] {
    const help = drawHelp(this);
    this.windows = help.windows;
    this.read();
    this.shown.addEventListener("mouseup", () => this.mark());
    this.shown.addEventListener("touchend", () => setTimeout(() => this.mark()));
    this.shown.addEventListener("keydown", (event) => this.press(event));
    const tools = make("div", { class: "tools" }, this.undo, this.redo);
    const main = make("div", {}, make("h1", {}, this.text("header") ?? ""), this.told, this.shown, tools, make("slot"));
    const layout = make("div", { class: "layout" }, main, make("div", { class: "side" }, ...help.beside, this.buttons));
    this.show();
    this.keepDrafts();
    return [this.closest("crowd-form") ? layout : this.inOwnForm(layout), ...help.windows];
  }

  /** AWS's element stands alone: it submits by itself. */
  private inOwnForm(layout: HTMLElement): HTMLElement {
    const form = document.createElement("crowd-form") as CrowdForm;
    form.owner = this;
    form.append(layout);
    return form;
  }

  private get content(): string {
    return this.getAttribute("text") ?? "";
  }

  override restore(answer: Json): void {
    this.read((answer as { entities?: Json }).entities);
    this.show();
  }

  private read(begin = readAttribute(this, "initial-value")): void {
    try {
      this.wanted = readLabels(readAttribute(this, "labels"));
      const { spans, problem } = readSpans(begin, this.wanted, this.content);
      this.history = new History(spans);
      this.told.textContent = problem || (this.wanted.length ? "" : "This task offers no labels.");
    } catch (error) {
      this.told.textContent = error instanceof Error ? error.message : String(error);
    }
  }

  get labels(): readonly Label[] {
    return this.wanted;
  }

  set labels(labels: readonly Label[]) {
    this.setAttribute("labels", JSON.stringify(labels));
    this.wanted = readLabels(JSON.parse(JSON.stringify(labels)) as Json);
    this.told.textContent = "";
    this.show();
  }

  private get colours(): readonly string[] {
    return makeClasses(this.wanted.map(({ label }) => label)).colours;
  }

  private colourOf(label: string): string {
    return this.colours[this.wanted.findIndex((wanted) => wanted.label === label)] ?? "#1b2430";
  }

  private show(): void {
    this.shown.replaceChildren(...pieces(this.content, this.history.now).map((piece) => this.drawPiece(piece)));
    this.buttons.replaceChildren(...this.wanted.map((label, index) => this.drawLabel(label, index)));
    this.undo.disabled = !this.history.canUndo;
    this.redo.disabled = !this.history.canRedo;
  }

  private drawPiece(piece: { text: string; span?: Span }): Node {
    const span = piece.span;
    if (!span) return document.createTextNode(piece.text);
    const wanted = this.wanted.find(({ label }) => label === span.label);
    const short = wanted?.shortDisplayName ?? span.label;
    const remove = make("button", { type: "button", "aria-label": `Remove ${short} from ${piece.text}`, click: () => this.go(this.history.now.filter((other) => other !== span)) }, `${short} ×`);
    const chosen = this.selected === span;
    const marked = make("mark", { class: chosen ? "selected" : "", tabindex: "0", click: () => this.select(span) }, piece.text, remove);
    marked.style.borderColor = this.colourOf(span.label);
    return marked;
  }

  private drawLabel(label: Label, index: number): HTMLButtonElement {
    const swatch = make("i", { class: "swatch", "aria-hidden": "true" });
    swatch.style.background = this.colourOf(label.label);
    const key = index < 9 ? [make("kbd", { "aria-hidden": "true" }, String(index + 1))] : [];
    const pressed = String(index === this.chosen);
    return make("button", { type: "button", "aria-pressed": pressed, mousedown: (event: Event) => event.preventDefault(), click: () => this.pick(index) }, swatch, make("span", {}, label.fullDisplayName), ...key);
  }

  private select(span: Span): void {
    this.selected = span;
    this.chosen = this.wanted.findIndex(({ label }) => label === span.label);
    this.show();
  }

  /** Choose a label: what is selected gets it, a text or a part that has one already. */
  pick(index: number): boolean {
    const wanted = this.wanted[index];
    if (!wanted) return false;
    this.chosen = index;
    const selected = this.selected;
    if (selected) this.go(this.history.now.map((span) => (span === selected ? { ...span, label: wanted.label } : span)));
    else this.mark();
    this.show();
    return true;
  }

  /** Give the selected text the chosen label. */
  private mark(): void {
    const range = this.selection;
    const label = this.wanted[this.chosen]?.label;
    if (!range || label === undefined) return;
    const spans = addSpan(this.history.now, { ...range, label });
    this.told.textContent = spans ? "" : "A part of the text that has a label already cannot be divided: select all of it, or remove it first.";
    getSelection()?.removeAllRanges();
    if (spans) this.go(spans);
  }

  /** What is selected of the text, in UTF-16 units as the browser counts; undefined for nothing. */
  private get selection(): { start: number; end: number } | undefined {
    const found = this.range;
    if (!found || found.collapsed || !this.shown.contains(found.startContainer) || !this.shown.contains(found.endContainer)) return undefined;
    const start = this.offset(found.startContainer, found.startOffset);
    const end = this.offset(found.endContainer, found.endOffset);
    return start < end ? { start, end } : undefined;
  }

  private get range(): StaticRange | Range | undefined {
    const selection = getSelection();
    if (!selection) return undefined;
    const roots = this.ownRoots;
    if ("getComposedRanges" in selection) {
      try {
        return (selection.getComposedRanges as (options: object) => StaticRange[])({ shadowRoots: roots })[0];
      } catch {
        // Older browsers of this kind take the roots as arguments; the next ways serve them.
      }
    }
    const root = roots[0] as unknown as { getSelection?: () => Selection | null };
    const own = root.getSelection?.() ?? selection;
    return own.rangeCount ? own.getRangeAt(0) : undefined;
  }

  private get ownRoots(): ShadowRoot[] {
    const root = this.shown.getRootNode();
    return root instanceof ShadowRoot ? [root] : [];
  }

  /** Return how many characters of the text stand before a place in its DOM; the buttons in it are no text. */
  private offset(container: Node, offset: number): number {
    const range = document.createRange();
    range.setStart(this.shown, 0);
    range.setEnd(container, offset);
    const before = range.cloneContents();
    for (const button of before.querySelectorAll("button")) button.remove();
    return before.textContent.length;
  }

  private press(event: KeyboardEvent): void {
    if (event.key === "Delete" && this.selected) this.go(this.history.now.filter((span) => span !== this.selected));
    else if (event.key === "Escape") this.selected = undefined;
    else if ((event.ctrlKey || event.metaKey) && "zy".includes(event.key)) this.step(event.key === "z" ? "undo" : "redo");
    else return;
    event.preventDefault();
    this.show();
  }

  private go(spans: readonly Span[]): void {
    this.history.go(spans);
    this.selected = undefined;
    this.show();
    this.changed();
  }

  private step(kind: "undo" | "redo"): void {
    this.history[kind]();
    this.selected = undefined;
    this.show();
    this.changed();
  }

  openInstructions(): void {
    for (const opened of this.windows) toggleDialog(opened);
  }

  private drafts: Drafts | undefined;

  private keepDrafts(): void {
    if (!this.name) return;
    this.drafts = draftsOf(this.name, this.content);
    this.drafts.recall((text) => {
      this.history = new History(readSpans(readText(text), this.wanted, this.content).spans);
      this.show();
      super.changed();
    });
  }

  override changed(): void {
    this.drafts?.keep(JSON.stringify(this.entities));
    super.changed();
  }

  private get entities(): Json[] {
    const at = (offset: number): number => toUnicode(this.content, offset);
    return this.history.now.map(({ start, end, label }) => ({ endOffset: at(end), label, startOffset: at(start) }));
  }

  override get answer(): Json {
    return { entities: this.entities };
  }

  override reset(): void {
    this.read();
    this.drafts?.keep("");
    this.show();
  }
}

