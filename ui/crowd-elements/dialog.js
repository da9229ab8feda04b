// Instructions in a window over the task: the part that classifiers and crowd-instructions share, and the latter.

const DIALOG_STYLE = styleSheet(`
  dialog { width: min(80rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); padding: 0; border: 1px solid var(--edge);
           border-radius: 10px; color: inherit; }
  dialog::backdrop { background: rgb(20 28 38 / .45); }
  dialog header { position: sticky; top: 0; display: flex; align-items: center; justify-content: space-between; gap: 1rem;
                  padding: .6rem 1rem; border-bottom: 1px solid var(--hair); background: #fff; }
  dialog h2 { margin: 0; font-size: 1.15rem; }
  dialog .content { padding: .4rem 1rem 1rem; }
  ::slotted(*) { display: block; }
`);

/** Return a closed dialog around `content`. */
const instructionsDialog = (header, ...content) => {
  const close = make("button", { type: "button", click: () => dialog.close() }, "Close ", make("kbd", {}, "Esc"));
  const title = make("h2", { id: "title" }, header);
  const body = make("div", { class: "content", tabindex: "0" }, ...content);
  const dialog = make("dialog", { "aria-labelledby": "title" }, make("header", {}, title, close), body);
  return dialog;
};

const toggleDialog = (dialog) => (dialog.open ? dialog.close() : dialog.showModal());

/** Put each child of `host` that is one of `regions` into the slot of its name. */
const assignRegions = (host, regions) => {
  for (const child of host.children) {
    const name = child.localName;
    if (regions.includes(name)) child.slot = name;
  }
};

class CrowdInstructions extends CrowdElement {
  static style = DIALOG_STYLE;
  static regions = {
    "short-summary": "",
    "detailed-instructions": "",
    "positive-example": "Good example",
    "negative-example": "Bad example",
  };

  draw() {
    const regions = CrowdInstructions.regions;
    assignRegions(this, Object.keys(regions));
    const shown = Object.keys(regions).filter((name) => this.querySelector(`:scope > ${name}`));
    const parts = shown.flatMap((name) => [...(regions[name] ? [make("h3", {}, regions[name])] : []), make("slot", { name })]);
    this.dialog = instructionsDialog(this.text("link-text") || "Instructions", ...parts);
    const open = make("button", { type: "button", click: () => this.openInstructions() });
    open.append(this.text("link-text") || "View instructions", " ", make("kbd", {}, "i"));
    return [open, this.dialog];
  }

  openInstructions() {
    toggleDialog(this.dialog);
  }
}
