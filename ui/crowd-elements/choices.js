// Boxes and buttons with two states: crowd-checkbox, crowd-radio-button, crowd-radio-group.

const CHOICE_STYLE = styleSheet(`
  :host { display: inline-block; }
  label { display: inline-flex; align-items: center; gap: .5rem; min-height: 2.25rem; padding: 0 .4rem; cursor: pointer; }
  input { width: 1.2rem; height: 1.2rem; margin: 0; accent-color: var(--accent); }
`);

/** A field that answers `{"<value>": true or false}`; fields of one name are answered together. */
class CrowdToggle extends CrowdField {
  static style = CHOICE_STYLE;
  static observedAttributes = ["checked", "disabled"];

  draw() {
    const state = { type: this.constructor.kind, checked: this.on("checked"), disabled: this.on("disabled") };
    this.control = make("input", { ...state, change: () => this.picked() });
    return [make("label", {}, this.control, make("slot"))];
  }

  picked() {
    this.changed();
  }

  attributeChangedCallback(name, before, now) {
    if (this.control) this.control[name] = now !== null;
  }

  get checked() {
    return this.control ? this.control.checked : this.on("checked");
  }

  set checked(checked) {
    if (this.control) this.control.checked = checked;
    else this.toggleAttribute("checked", checked);
  }

  get value() {
    return this.text("value") ?? "on";
  }

  get answer() {
    return { [this.value]: this.checked };
  }

  reset() {
    this.checked = this.on("checked");
  }
}

class CrowdCheckbox extends CrowdToggle {
  static kind = "checkbox";

  get problem() {
    return this.on("required") && !this.checked ? `${this.textContent.trim() || this.name}: please check this box.` : "";
  }
}

class CrowdRadioButton extends CrowdToggle {
  static kind = "radio";

  get group() {
    return this.closest("crowd-radio-group");
  }

  get name() {
    return this.text("name") || this.group?.text("name") || "";
  }

  picked() {
    for (const other of this.group?.buttons ?? []) if (other !== this) other.checked = false;
    super.picked();
  }

  /** Check this button as the worker would. */
  choose() {
    this.checked = true;
    this.focus();
    this.picked();
  }
}

class CrowdRadioGroup extends CrowdField {
  static arrows = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

  draw() {
    this.setAttribute("role", "radiogroup");
    this.addEventListener("keydown", (event) => this.move(event));
    return super.draw();
  }

  get buttons() {
    return [...this.querySelectorAll("crowd-radio-button")];
  }

  move(event) {
    const buttons = this.buttons.filter((button) => !button.disabled);
    const at = buttons.indexOf(event.target);
    const step = CrowdRadioGroup.arrows[event.key];
    if (!step || at < 0) return;
    event.preventDefault();
    buttons[(at + step + buttons.length) % buttons.length].choose();
  }

  get problem() {
    const open = this.on("required") && !this.buttons.some((button) => button.checked);
    return open ? `${this.text("label") || this.name || "One choice is open"}: please choose one.` : "";
  }
}
