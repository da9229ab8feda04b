// Categories to choose from beside what is judged: crowd-classifier and crowd-image-classifier, each for one or several.

import { assignRegions, DIALOG_STYLE, drawHelp, windowOver, toggleDialog, type Instructing } from "./dialog";
import { CrowdField, make, styleSheet, type Json } from "./element";
import { followKey } from "../keycaps";
import { readAttribute, readTexts } from "../loose-json";

export const CLASSIFIER_STYLE = styleSheet(`
  .layout { display: grid; grid-template-columns: minmax(0, 1fr) 15rem; gap: .4rem 1rem; align-items: start; }
  h1 { margin: 0; font-size: 1.15rem; }
  /* The categories stay in sight beside however many pictures. */
  .side { position: sticky; top: .6rem; display: flex; flex-direction: column; gap: .5rem; max-height: calc(100vh - 4.5rem); overflow: auto;
          padding: 3px; }
  .layout.many { grid-template-columns: minmax(0, 1fr) 23rem; }
  .many fieldset { display: block; columns: 2; column-gap: .35rem; }
  .many .choice { min-height: 1.65rem; margin-bottom: .2rem; padding: .05rem .35rem; gap: .3rem; break-inside: avoid; font-size: .84rem; line-height: 1.15; }
  .many .choice input { width: .85rem; height: .85rem; }
  .short { font-size: .9rem; color: var(--quiet); }
  fieldset { display: flex; flex-direction: column; gap: .35rem; min-width: 0; margin: 0; padding: 0; border: 0; }
  legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .choice { display: flex; align-items: center; gap: .55rem; min-height: 2.6rem; padding: .25rem .6rem;
            border: 1px solid var(--edge); border-radius: 6px; background: #fff; cursor: pointer; }
  .choice:hover { background: var(--tint); }
  .choice:has(:checked) { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
  .choice:has(:focus-visible) { outline: 3px solid var(--accent); outline-offset: 2px; }
  .choice input { flex: none; width: 1.1rem; height: 1.1rem; margin: 0; outline: none; accent-color: var(--accent); }
  .choice span { flex: 1; overflow-wrap: anywhere; }
  .wrong { color: var(--wrong); }
  textarea { width: 100%; min-height: 7rem; padding: .4rem .6rem; border: 1px solid var(--edge); border-radius: 6px; font: inherit; }
  @media (max-width: 50rem) {
    .layout, .layout.many { grid-template-columns: minmax(0, 1fr); }
    .side { position: static; max-height: none; }
    fieldset { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); }
  }
`);

/** From this many categories on they stand closer, in two columns. */
const MANY = 13;

/** What all classifiers are: a subclass says which native control a category is and how the answer looks. */
export class CrowdCategories extends CrowdField implements Instructing {
  static override styles = [DIALOG_STYLE, CLASSIFIER_STYLE];
  static override early = ["categories", "name"];
  static observedAttributes = ["categories"];
  static kind = "radio";

  protected choices: HTMLInputElement[] = [];
  private set_?: HTMLFieldSetElement;
  private dialogs: HTMLDialogElement[] = [];
  private comment?: HTMLTextAreaElement;

  override draw(): (Node | string)[] {
    assignRegions(this, ["worker-comment"]);
    const help = drawHelp(this);
    this.dialogs.push(...help.windows);
    const header = this.text("header") ?? "";
    this.set_ = make("fieldset", { class: "category-picker-wrapper" });
    this.offer();
    const target = make("div", {}, make("h1", {}, header), ...this.drawTarget());
    const side = make("div", { class: "side annotation-area" }, ...help.beside, this.set_, ...this.drawComment());
    this.layout = make("div", {}, target, side);
    this.arrange();
    return [this.layout, ...this.dialogs];
  }

  private layout?: HTMLElement;

  private arrange(): void {
    if (this.layout) this.layout.className = this.choices.length > MANY ? "layout many" : "layout";
  }

  /** What is judged. */
  drawTarget(): Node[] {
    return [make("slot")];
  }

  attributeChangedCallback(): void {
    if (!this.set_) return;
    this.offer();
    this.arrange();
  }

  get categories(): string[] {
    return readTexts(this, "categories");
  }

  set categories(categories: readonly string[]) {
    this.setAttribute("categories", JSON.stringify([...categories]));
  }

  /** Draw a control for each category. */
  protected offer(): void {
    const { categories, problem } = this.readCategories();
    this.choices = categories.map((category, index) => this.makeChoice(category, index));
    const labels = this.choices.map((control) => control.parentElement!);
    const none = problem || (labels.length ? "" : "This task offers no categories.");
    const wrong = none ? [make("p", { class: "wrong", role: "alert" }, none)] : [];
    this.set_?.replaceChildren(make("legend", {}, this.text("header") ?? ""), ...labels, ...wrong);
  }

  private readCategories(): { categories: string[]; problem: string } {
    try {
      return { categories: this.categories, problem: "" };
    } catch (error) {
      return { categories: [], problem: String(error instanceof Error ? error.message : error) };
    }
  }

  protected makeChoice(category: string, index: number): HTMLInputElement {
    const key = String(index + 1);
    const kind = (this.constructor as typeof CrowdCategories).kind;
    const control = make("input", { type: kind, name: "choice", value: category });
    const cap = make("kbd", { "aria-hidden": "true" });
    followKey(key, (label) => {
      cap.textContent = label;
      if (index < 9) control.setAttribute("aria-keyshortcuts", label);
    });
    control.addEventListener("change", () => this.changed());
    make("label", { class: "choice" }, control, make("span", {}, category), cap);
    return control;
  }

  /** A comment, where a verification task asks for one: `worker-comment`. */
  private drawComment(): Node[] {
    const asked = this.querySelector(":scope > worker-comment");
    if (!asked) return [];
    const header = asked.getAttribute("header") ?? "Add a comment.";
    this.comment = make("textarea", { placeholder: asked.getAttribute("placeholder"), "aria-label": header });
    const dialog = windowOver(header, make("slot", { name: "worker-comment" }), this.comment);
    this.dialogs.push(dialog);
    return [make("button", { type: "button", click: () => toggleDialog(dialog) }, asked.getAttribute("link-text") ?? "Add a comment.")];
  }

  openInstructions(): void {
    const full = this.dialogs.find((dialog) => dialog.classList.contains("awsui-modal-dialog"));
    if (full) toggleDialog(full);
  }

  /** Choose the category at `index`, counted from 0, as a click would; return whether there is one. */
  pick(index: number): boolean {
    const control = this.choices[index];
    control?.focus();
    control?.click();
    return Boolean(control);
  }

  /** How many categories can be picked. */
  get count(): number {
    return this.choices.length;
  }

  /** Whether picking a category again takes it back. */
  get takesBack(): boolean {
    return (this.constructor as typeof CrowdCategories).kind === "checkbox";
  }

  get chosen(): string[] {
    return this.choices.filter((control) => control.checked).map((control) => control.value);
  }

  /** The comment as it goes into the answer: nothing when none was written. */
  protected get commented(): Record<string, string> {
    const text = this.comment?.value.trim();
    return text ? { workerComment: text } : {};
  }

  override reset(): void {
    for (const control of this.choices) control.checked = false;
    if (this.comment) this.comment.value = "";
  }

  override restore(answer: Json): void {
    const { label, labels = [], workerComment = "" } = answer as { label?: string; labels?: string[]; workerComment?: string };
    const chosen = label === undefined ? labels : [label];
    for (const control of this.choices) control.checked = chosen.includes(control.value);
    if (this.comment) this.comment.value = workerComment;
  }
}

export class CrowdClassifier extends CrowdCategories {
  /** The category that is chosen; templates read it in a listener of `change`. */
  override get value(): string | undefined {
    return this.chosen[0];
  }

  override get answer(): Json | undefined {
    return this.chosen[0] === undefined ? undefined : { label: this.chosen[0], ...this.commented };
  }

  override get problem(): string {
    return this.chosen.length ? "" : "Please choose a category.";
  }
}

/** The words for "none of these", undefined where the element has none. */
export const exclusionOf = (element: Element): string | undefined => {
  const found = readAttribute(element, "exclusion-category");
  return typeof found === "object" && found && "text" in found ? String(found["text"]) : undefined;
};

export class CrowdClassifierMultiSelect extends CrowdCategories {
  static override kind = "checkbox";

  private none?: HTMLInputElement;

  protected override offer(): void {
    super.offer();
    const text = exclusionOf(this);
    if (text !== undefined) this.exclude(text);
  }

  /** Offer `text` for "none of these": it clears the others, and they clear it. */
  private exclude(text: string): void {
    const none = this.makeChoice(text, this.choices.length);
    this.none = none;
    this.choices.at(-1)?.parentElement?.after(none.parentElement!);
    for (const control of this.choices) control.addEventListener("change", () => (none.checked &&= !control.checked));
    none.addEventListener("change", () => {
      for (const control of this.choices) control.checked &&= !none.checked;
    });
  }

  override pick(index: number): boolean {
    if (index !== this.choices.length || !this.none) return super.pick(index);
    this.none.click();
    return true;
  }

  override get count(): number {
    return super.count + (this.none ? 1 : 0);
  }

  override get answer(): Json {
    return { labels: this.chosen, ...this.commented };
  }

  override get problem(): string {
    return this.chosen.length || this.none?.checked ? "" : "Please choose at least one category.";
  }

  override reset(): void {
    super.reset();
    if (this.none) this.none.checked = false;
  }
}
