// Fields for a text or a number: crowd-input, crowd-text-area, crowd-slider.

import { CrowdField, make, styleSheet, type Json } from "./element";

const FIELD_STYLE = styleSheet(`
  :host { margin: .4rem 0; }
  label { display: flex; flex-wrap: wrap; align-items: center; gap: .2rem .8rem; }
  label > :last-child { flex: 1 1 16rem; }
  input, textarea { width: 100%; min-height: 2.25rem; padding: .3rem .6rem; border: 1px solid var(--edge); border-radius: 6px;
                    background: #fff; color: inherit; font: inherit; }
  input[type="range"] { padding: 0; accent-color: var(--accent); }
  small { color: var(--quiet); }
`);

type Control = HTMLInputElement | HTMLTextAreaElement;

/** A field around one native control, whose rules of validity it takes over. */
class CrowdControl extends CrowdField {
  static override styles = [FIELD_STYLE];
  static override early = ["value", "disabled", "name"];
  static copied: readonly string[] = ["placeholder", "required", "disabled", "value"];
  static observedAttributes = ["value", "required", "disabled"];

  control?: Control;

  override draw(): (Node | string)[] {
    this.control = this.makeControl();
    this.control.addEventListener("change", () => this.changed());
    return [make("label", {}, this.text("label") ?? "", this.control)];
  }

  makeControl(): Control {
    return this.fill("input");
  }

  fill<Tag extends "input" | "textarea">(tag: Tag, properties: Record<string, string | null> = {}): HTMLElementTagNameMap[Tag] {
    const copied = Object.fromEntries((this.constructor as typeof CrowdControl).copied.map((name) => [name, this.text(name)]));
    // A control without a label of its own still has a name for those who cannot see it.
    const named = this.text("label") ? {} : { "aria-label": this.text("placeholder") ?? this.name };
    const control = make(tag, { ...copied, ...named, ...properties });
    if (this.on("auto-focus")) requestAnimationFrame(() => control.focus());
    return control;
  }

  attributeChangedCallback(name: string, _before: string | null, now: string | null): void {
    if (!this.control) return;
    if (name === "value") this.control.value = now ?? "";
    else this.control.toggleAttribute(name, now !== null);
  }

  override get value(): string {
    return this.control ? this.control.value : (this.text("value") ?? "");
  }

  override set value(value: string | number | null) {
    const text = value === null ? "" : String(value);
    if (this.control) this.control.value = text;
    else this.setAttribute("value", text);
  }

  override get answer(): Json | undefined {
    return this.value === "" ? undefined : this.value;
  }

  override get problem(): string {
    if (!this.control || this.control.checkValidity()) return "";
    return `${this.called}: ${this.text("error-message") ?? this.control.validationMessage}`;
  }

  override reset(): void {
    this.value = this.text("value") ?? "";
  }

  override restore(answer: Json): void {
    this.value = String(answer);
    this.control?.dispatchEvent(new Event("input")); // what shows the value beside it follows
  }
}

export class CrowdInput extends CrowdControl {
  override makeControl(): Control {
    const pattern = this.text("allowed-pattern");
    return this.fill("input", {
      type: this.text("type") ?? "text",
      maxlength: this.text("max-length"),
      minlength: this.text("min-length"),
      pattern: pattern && `(?:${pattern})*`,
      autocomplete: "off",
    });
  }
}

export class CrowdTextArea extends CrowdControl {
  override makeControl(): Control {
    const control = this.fill("textarea", { rows: this.text("rows") ?? "3", maxlength: this.text("max-length") });
    control.value = this.text("value") ?? "";
    return control;
  }

  override draw(): (Node | string)[] {
    const drawn = super.draw();
    if (!this.on("char-counter")) return drawn;
    const counter = make("small", { "aria-live": "polite" }, "0");
    this.control?.addEventListener("input", () => (counter.textContent = String(this.value.length)));
    return [...drawn, counter];
  }
}

export class CrowdSlider extends CrowdControl {
  static override copied = ["min", "max", "step", "disabled", "value"];

  private touched = false;

  override draw(): (Node | string)[] {
    const drawn = super.draw();
    const shown = make("span", { "aria-hidden": "true" }, this.value);
    this.control?.addEventListener("input", () => {
      this.touched = true;
      shown.textContent = this.value;
    });
    this.control?.before(shown);
    return drawn;
  }

  override makeControl(): Control {
    return this.fill("input", { type: "range" });
  }

  override get answer(): Json {
    return Number(this.value);
  }

  override get problem(): string {
    const untouched = this.on("required") && !this.touched && !this.on("value");
    return untouched ? `${this.called}: please move the slider.` : "";
  }
}
