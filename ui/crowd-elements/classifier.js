// The content to judge beside the categories to choose from: crowd-classifier and crowd-classifier-multi-select.

/** Return the categories of an attribute: a JSON list, or one with single quotes as in `['a', 'b']`. */
const readCategories = (text) => {
  try {
    const found = JSON.parse(text ?? "[]");
    if (Array.isArray(found)) return found.map(String);
  } catch {
    // It may still be a list with single quotes.
  }
  const quoted = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/gs;
  const unescape = (part) => part.replace(/\\(.)/gs, "$1");
  return [...(text ?? "").matchAll(quoted)].map((match) => unescape(match[1] ?? match[2]));
};

const CLASSIFIER_STYLE = styleSheet(`
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
  @media (max-width: 50rem) {
    .layout { grid-template-columns: minmax(0, 1fr); }
    .layout.many { grid-template-columns: minmax(0, 1fr); }
    .side { position: static; max-height: none; }
    fieldset { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); }
  }
`);

/** From this many categories on they stand closer, in two columns. */
const MANY = 13;

/** What both classifiers are: a subclass says which native control a category is and how the answer looks. */
class CrowdCategories extends CrowdField {
  static style = styleSheet("");
  static regions = ["full-instructions", "short-instructions"];

  connectedCallback() {
    super.connectedCallback();
    this.shadowRoot.adoptedStyleSheets = [BASE_STYLE, DIALOG_STYLE, CLASSIFIER_STYLE];
  }

  draw() {
    assignRegions(this, CrowdCategories.regions);
    this.choices = this.categories.map((category, index) => this.choice(category, index));
    const header = this.text("header") ?? "";
    const choices = make("fieldset", {}, make("legend", {}, header), ...this.choices.map((input) => input.parentElement));
    if (!this.choices.length) choices.append(make("p", { class: "wrong", role: "alert" }, "This task offers no categories."));
    const target = make("div", {}, make("h1", {}, header), make("slot"));
    const layout = this.choices.length > MANY ? "layout many" : "layout";
    return [make("div", { class: layout }, target, make("div", { class: "side" }, ...this.help(), choices)), ...this.dialogs];
  }

  get categories() {
    return readCategories(this.text("categories"));
  }

  choice(category, index) {
    const key = String(index + 1);
    const kind = this.constructor.kind;
    const control = make("input", { type: kind, name: "choice", value: category, "aria-keyshortcuts": index < 9 ? key : null });
    control.addEventListener("change", () => this.changed());
    make("label", { class: "choice" }, control, make("span", {}, category), make("kbd", { "aria-hidden": "true" }, key));
    return control;
  }

  help() {
    const full = this.querySelector(":scope > full-instructions");
    const header = full?.getAttribute("header") || "Instructions";
    this.dialogs = full ? [instructionsDialog(header, make("slot", { name: "full-instructions" }))] : [];
    const open = make("button", { type: "button", click: () => this.openInstructions() }, "Instructions ", make("kbd", {}, "i"));
    return [...(full ? [open] : []), make("div", { class: "short" }, make("slot", { name: "short-instructions" }))];
  }

  openInstructions() {
    for (const dialog of this.dialogs) toggleDialog(dialog);
  }

  /** Choose the category at `index`, counted from 0, as a click would; return whether there is one. */
  pick(index) {
    const control = this.choices[index];
    control?.focus();
    control?.click();
    return Boolean(control);
  }

  /** How many categories can be picked. */
  get count() {
    return this.choices.length + (this.none ? 1 : 0);
  }

  get chosen() {
    return this.choices.filter((control) => control.checked).map((control) => control.value);
  }

  reset() {
    for (const control of this.choices) control.checked = false;
  }
}

class CrowdClassifier extends CrowdCategories {
  static kind = "radio";

  get answer() {
    return this.chosen.length ? { label: this.chosen[0] } : undefined;
  }

  get problem() {
    return this.chosen.length ? "" : "Please choose a category.";
  }
}

class CrowdClassifierMultiSelect extends CrowdCategories {
  static kind = "checkbox";

  draw() {
    const drawn = super.draw();
    const text = /text['"]?\s*:\s*(['"])(.*?)\1/s.exec(this.text("exclusion-category") ?? "")?.[2];
    if (text) this.exclude(text);
    return drawn;
  }

  /** Offer `text` for "none of these": it clears the others, and they clear it. */
  exclude(text) {
    this.none = this.choice(text, this.choices.length);
    this.choices.at(-1)?.parentElement.after(this.none.parentElement);
    for (const control of this.choices) control.addEventListener("change", () => (this.none.checked &&= !control.checked));
    this.none.addEventListener("change", () => {
      for (const control of this.choices) control.checked &&= !this.none.checked;
    });
  }

  pick(index) {
    if (index !== this.choices.length || !this.none) return super.pick(index);
    this.none.click();
    return true;
  }

  get answer() {
    return { labels: this.chosen };
  }

  get problem() {
    return this.chosen.length || this.none?.checked ? "" : "Please choose at least one category.";
  }

  reset() {
    super.reset();
    if (this.none) this.none.checked = false;
  }
}
