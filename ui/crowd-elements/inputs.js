// Fields for a text or a number: crowd-input, crowd-text-area, crowd-slider.

const FIELD_STYLE = styleSheet(`
  :host { margin: .4rem 0; }
  label { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .8rem; }
  label > :last-child { flex: 1 1 16rem; }
  input, textarea { width: 100%; min-height: 2.25rem; padding: .3rem .6rem; border: 1px solid var(--edge); border-radius: 6px;
                    background: #fff; color: inherit; font: inherit; }
  input[type="range"] { padding: 0; accent-color: var(--accent); }
  small { color: var(--quiet); }
`);

/** A field around one native control, whose rules of validity it takes over. */
class CrowdControl extends CrowdField {
  static style = FIELD_STYLE;
  static copied = ["placeholder", "required", "disabled", "value"];
  static observedAttributes = ["value", "required", "disabled"];

  draw() {
    this.control = this.makeControl();
    this.control.addEventListener("change", () => this.changed());
    return [make("label", {}, this.text("label") ?? "", this.control)];
  }

  makeControl(tag, properties) {
    const copied = Object.fromEntries(this.constructor.copied.map((name) => [name, this.text(name)]));
    // A control without a label of its own still has a name for those who cannot see it.
    const named = this.text("label") ? {} : { "aria-label": this.text("placeholder") || this.name };
    const control = make(tag, { ...copied, ...named, ...properties });
    if (this.on("auto-focus")) requestAnimationFrame(() => control.focus());
    return control;
  }

  attributeChangedCallback(name, before, now) {
    if (!this.control) return;
    if (name === "value") this.control.value = now ?? "";
    else this.control.toggleAttribute(name, now !== null);
  }

  get value() {
    return this.control ? this.control.value : (this.text("value") ?? "");
  }

  set value(value) {
    if (this.control) this.control.value = value ?? "";
    else this.setAttribute("value", value ?? "");
  }

  get answer() {
    return this.value === "" ? undefined : this.value;
  }

  get problem() {
    if (!this.control || this.control.checkValidity()) return "";
    const label = this.text("label") || this.name;
    return `${label}: ${this.text("error-message") || this.control.validationMessage}`;
  }

  reset() {
    this.value = this.text("value") ?? "";
  }
}

class CrowdInput extends CrowdControl {
  makeControl() {
    return super.makeControl("input", {
      type: this.text("type") ?? "text",
      maxlength: this.text("max-length"),
      minlength: this.text("min-length"),
      pattern: this.text("allowed-pattern") && `(?:${this.text("allowed-pattern")})*`,
      autocomplete: "off",
    });
  }
}

class CrowdTextArea extends CrowdControl {
  makeControl() {
    const control = super.makeControl("textarea", { rows: this.text("rows") ?? "3", maxlength: this.text("max-length") });
    control.value = this.text("value") ?? "";
    return control;
  }

  draw() {
    const drawn = super.draw();
    if (!this.on("char-counter")) return drawn;
    const counter = make("small", { "aria-live": "polite" }, "0");
    this.control.addEventListener("input", () => (counter.textContent = String(this.control.value.length)));
    return [...drawn, counter];
  }
}

class CrowdSlider extends CrowdControl {
  static copied = ["min", "max", "step", "disabled", "value"];

  draw() {
    const [label] = super.draw();
    const shown = make("span", { "aria-hidden": "true" }, this.control.value);
    this.control.addEventListener("input", () => {
      this.touched = true;
      shown.textContent = this.control.value;
    });
    label.insertBefore(shown, this.control);
    return [label];
  }

  makeControl() {
    return super.makeControl("input", { type: "range" });
  }

  get answer() {
    return Number(this.value);
  }

  get problem() {
    const untouched = this.on("required") && !this.touched && !this.on("value");
    return untouched ? `${this.text("label") || this.name}: please move the slider.` : "";
  }
}
