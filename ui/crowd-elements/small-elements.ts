// Small elements that show or open something: crowd-modal, crowd-toast, crowd-badge, crowd-fab, crowd-icon-button.

import { DIALOG_STYLE, toggleDialog, windowOver } from "./dialog";
import { CrowdElement, make, styleSheet } from "./element";
import { icon } from "./icons";

/** A window that a link or a button opens; scripts open it by `open()` or `opened`. */
export class CrowdModal extends CrowdElement {
  static override styles = [DIALOG_STYLE, styleSheet(":host { display: inline-block; } .link { padding: 0; border: 0; background: none; color: var(--accent); text-decoration: underline; }")];
  static override early = ["opened"];
  static observedAttributes = ["opened"];

  private dialog?: HTMLDialogElement;

  override draw(): (Node | string)[] {
    const text = this.text("link-text") ?? "Click to open modal";
    this.dialog = windowOver(text, make("slot"));
    const kind = this.text("link-type") === "button" ? "" : "link";
    const open = make("button", { type: "button", class: kind, click: () => toggleDialog(this.dialog!) }, text);
    if (this.on("opened")) requestAnimationFrame(() => this.open());
    return [open, this.dialog];
  }

  attributeChangedCallback(): void {
    if (this.on("opened")) this.open();
    else this.close();
  }

  open(): void {
    if (this.dialog?.isConnected && !this.dialog.open) this.dialog.showModal();
  }

  close(): void {
    this.dialog?.close();
  }

  get opened(): boolean {
    return this.dialog?.open ?? false;
  }

  set opened(opened: boolean) {
    if (opened) this.open();
    else this.close();
  }
}

/** A message that goes by itself; of several only the last is seen. */
export class CrowdToast extends CrowdElement {
  static override styles = [
    styleSheet(`
      :host { position: fixed; left: 1rem; bottom: 4.5rem; z-index: 20; max-width: calc(100vw - 2rem); }
      :host(:not([opened])) { display: none; }
      div { display: flex; align-items: center; gap: 1rem; padding: .6rem 1rem; border-radius: 6px; background: #1b2430; color: #fff; box-shadow: 0 2px 8px rgb(0 0 0 / .35); }
      button { border-color: #fff; background: none; color: #fff; } button:hover { background: #3a4757; }
    `),
  ];
  static override early = ["opened", "text"];
  static observedAttributes = ["opened", "text", "duration"];

  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly shown = make("span", {}, make("slot"));

  override draw(): (Node | string)[] {
    this.attributeChangedCallback();
    return [make("div", { role: "status" }, this.shown, make("button", { type: "button", "aria-label": "Dismiss", click: () => this.hide() }, "×"))];
  }

  attributeChangedCallback(): void {
    clearTimeout(this.timer);
    const text = this.getAttribute("text");
    if (text !== null) this.shown.replaceChildren(text);
    if (!this.on("opened")) return;
    for (const other of document.querySelectorAll("crowd-toast[opened]")) if (other !== this) other.removeAttribute("opened");
    const duration = Number(this.getAttribute("duration") ?? 3000);
    // No end, for 0 or no number, as in the elements that AWS's are made of.
    if (duration > 0) this.timer = setTimeout(() => this.hide(), duration);
  }

  show(): void {
    this.setAttribute("opened", "");
  }

  hide(): void {
    this.removeAttribute("opened");
  }

  get opened(): boolean {
    return this.on("opened");
  }

  set opened(opened: boolean) {
    this.toggleAttribute("opened", opened);
  }
}

/** A mark at the upper right corner of another element, named by `for`, else of the element around it. */
export class CrowdBadge extends CrowdElement {
  static override styles = [
    styleSheet(`
      :host { display: inline; }
      .badge { display: inline-flex; align-items: center; justify-content: center; min-width: 1.4rem; height: 1.4rem; padding: 0 .35rem; border-radius: 1rem;
               background: var(--accent); color: #fff; font-size: .8rem; font-weight: 600; vertical-align: super; }
    `),
  ];

  override draw(): (Node | string)[] {
    const id = this.text("for");
    const target = id ? document.getElementById(id) : null;
    if (target && target !== this.previousElementSibling) requestAnimationFrame(() => target.after(this));
    const name = this.text("icon");
    // Templates write <crowd-badge/>, which HTML does not close: what follows is inside, and has to be seen.
    return [make("span", { class: "badge" }, name ? icon(name) : (this.text("label") ?? "")), make("slot")];
  }
}

/** A round button with an icon or a letter. */
export class CrowdFab extends CrowdElement {
  static override styles = [
    styleSheet(`
      :host { display: inline-block; }
      button { display: inline-flex; align-items: center; justify-content: center; min-width: 3rem; height: 3rem; border: 0; border-radius: 1.5rem;
               background: var(--accent); color: #fff; box-shadow: 0 2px 6px rgb(0 0 0 / .35); }
      button:hover { background: #084a8c; }
    `),
  ];
  static observedAttributes = ["disabled"];

  private control?: HTMLButtonElement;

  override draw(): (Node | string)[] {
    const name = this.text("icon");
    const label = this.text("label") ?? "";
    this.control = make("button", { type: "button", title: this.text("title"), "aria-label": this.text("title") ?? (label || name) }, name ? icon(name) : label);
    this.attributeChangedCallback();
    return [this.control, make("slot")];
  }

  attributeChangedCallback(): void {
    if (this.control) this.control.disabled = this.on("disabled");
  }
}

/** An icon to click. */
export class CrowdIconButton extends CrowdFab {
  static override styles = [
    styleSheet(`
      :host { display: inline-block; }
      button { min-width: 2.5rem; height: 2.5rem; padding: 0; border-color: transparent; border-radius: 50%; background: none; }
    `),
  ];
}
