// Boxes and buttons with two states: crowd-checkbox, crowd-toggle-button, crowd-radio-button, crowd-radio-group.

import { CrowdField, make, styleSheet, type Json } from "./element";

const CHOICE_STYLE = styleSheet(`
  :host { display: inline-block; }
  label { display: inline-flex; align-items: center; gap: .5rem; min-height: 2.25rem; padding: 0 .4rem; cursor: pointer; }
  input { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--accent); }
`);

const TOGGLE_STYLE = styleSheet(`
  input { appearance: none; width: 2.5rem; height: 1.4rem; border: 1px solid var(--edge); border-radius: 1rem; background: var(--hair); cursor: pointer; }
  input::before { content: ""; display: block; width: 1rem; height: 1rem; margin: .12rem; border-radius: 50%; background: #fff; box-shadow: 0 0 2px #1b2430; }
  input:checked { border-color: var(--accent); background: var(--accent); }
  input:checked::before { margin-left: 1.22rem; }
  :host([invalid]) input:not(:checked) { border-color: var(--wrong); background: #f3c9cb; }
  input:disabled { opacity: .5; cursor: default; }
`);

/** A field that answers `{"<value>": true or false}`; fields of one name are answered together. */
class CrowdToggle extends CrowdField {
  static override styles = [CHOICE_STYLE];
  static override early = ["checked", "disabled", "name"];
  static kind = "checkbox";
  static observedAttributes = ["checked", "disabled"];

  control?: HTMLInputElement;

  override draw(): (Node | string)[] {
    this.control = make("input", { ...this.properties, change: () => this.picked() });
    return [make("label", {}, this.control, make("slot"))];
  }

  get properties(): Record<string, string | boolean> {
    return { type: (this.constructor as typeof CrowdToggle).kind, checked: this.on("checked"), disabled: this.on("disabled") };
  }

  attributeChangedCallback(name: string, _before: string | null, now: string | null): void {
    if (!this.control) return;
    if (name === "checked") this.control.checked = now !== null;
    else this.control.disabled = now !== null;
  }

  picked(): void {
    this.changed();
  }

  get checked(): boolean {
    return this.control ? this.control.checked : this.on("checked");
  }

  set checked(checked: boolean) {
    if (this.control) this.control.checked = checked;
    else this.toggleAttribute("checked", checked);
  }

  override get value(): string {
    return this.text("value") ?? "on";
  }

  override set value(value: string) {
    this.setAttribute("value", value);
  }

  override get answer(): Json {
    return { [this.value]: this.checked };
  }

  override get called(): string {
    return this.textContent.trim() || super.called;
  }

  override reset(): void {
    this.checked = this.on("checked");
  }

  override restore(answer: Json): void {
    this.checked = (answer as Record<string, Json>)[this.value] === true;
  }
}

export class CrowdCheckbox extends CrowdToggle {
  override get problem(): string {
    return this.on("required") && !this.checked ? `${this.called}: please check this box.` : "";
  }
}

/** A switch; like a check box it answers its state under its value. */
export class CrowdToggleButton extends CrowdToggle {
  static override styles = [CHOICE_STYLE, TOGGLE_STYLE];

  override get properties(): Record<string, string | boolean> {
    const named: Record<string, string> = this.textContent.trim() ? {} : { "aria-label": this.text("label") ?? this.text("title") ?? this.name };
    return { ...super.properties, role: "switch", ...named };
  }

  override get problem(): string {
    return this.on("required") && !this.checked ? `${this.called}: please switch this on.` : "";
  }
}

export class CrowdRadioButton extends CrowdToggle {
  static override kind = "radio";

  get group(): CrowdRadioGroup | null {
    return this.closest<CrowdRadioGroup>("crowd-radio-group");
  }

  override get name(): string {
    return this.text("name") ?? this.group?.text("name") ?? "";
  }

  override set name(name: string) {
    super.name = name;
  }

  override picked(): void {
    for (const other of this.group?.buttons ?? []) if (other !== this) other.checked = false;
    super.picked();
  }

  /** Check this button as the worker would. */
  choose(): void {
    this.checked = true;
    this.focus();
    this.picked();
  }
}

export class CrowdRadioGroup extends CrowdField {
  static arrows: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

  override draw(): (Node | string)[] {
    this.setAttribute("role", "radiogroup");
    this.addEventListener("keydown", (event) => this.move(event));
    return super.draw();
  }

  get buttons(): CrowdRadioButton[] {
    return [...this.querySelectorAll<CrowdRadioButton>("crowd-radio-button")];
  }

  /** The value of the button that is chosen. */
  override get value(): string | undefined {
    return this.buttons.find((button) => button.checked)?.value;
  }

  move(event: KeyboardEvent): void {
    const buttons = this.buttons.filter((button) => !button.disabled);
    const at = buttons.indexOf(event.target as CrowdRadioButton);
    const step = CrowdRadioGroup.arrows[event.key];
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length]!.choose();
  }

  override get problem(): string {
    const open = this.on("required") && !this.buttons.some((button) => button.checked);
    return open ? `${this.text("label") ?? (this.name || "One choice is open")}: please choose one.` : "";
  }
}
