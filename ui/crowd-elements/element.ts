// What every crowd element shares: it draws itself once, into a shadow tree, so that its styles and a template's never meet.

import { make, styleSheet } from "../dom";
import type { Json } from "../json";
import { BASE_STYLE } from "../styles";

export type { Json };

export { BASE_STYLE, make, styleSheet };

/** The base of all crowd elements; a subclass returns its DOM from `draw()` and its CSS from `styles`. */
export class CrowdElement extends HTMLElement {
  static styles: readonly CSSStyleSheet[] = [];

  /** Properties that a template's script may have set before the element was defined. */
  static early: readonly string[] = [];

  connectedCallback(): void {
    if (this.shadowRoot) return;
    const own = this.constructor as typeof CrowdElement;
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [BASE_STYLE, ...own.styles];
    const early = this.takeEarly(own.early);
    root.append(...this.draw());
    Object.assign(this, early);
  }

  /** What a script wrote on the plain element hides the accessors of the class: it is taken off and set anew. */
  private takeEarly(names: readonly string[]): object {
    const held = this as unknown as Record<string, unknown>;
    const own = names.filter((name) => Object.hasOwn(held, name)).map((name) => [name, held[name]] as const);
    for (const [name] of own) Reflect.deleteProperty(held, name);
    return Object.fromEntries(own);
  }

  draw(): (Node | string)[] {
    return [make("slot")];
  }

  /** Return an attribute's text; null when it is absent. */
  text(name: string): string | null {
    return this.getAttribute(name);
  }

  on(name: string): boolean {
    return this.hasAttribute(name);
  }

  /** How messages to the worker call this element. */
  get called(): string {
    return this.text("label") ?? this.text("header") ?? this.text("name") ?? this.localName;
  }
}

/** Give a class properties for attributes without a value, as AWS's elements have: a script that sets one sets the other. */
export const reflect = (element: typeof CrowdElement, ...names: readonly string[]): void => {
  for (const name of names) {
    Object.defineProperty(element.prototype, name, {
      configurable: true,
      get(this: HTMLElement) { return this.hasAttribute(name); },
      set(this: HTMLElement, on: unknown) { this.toggleAttribute(name, Boolean(on)); },
    });
  }
};

/** A crowd element that answers: `answer` is what it puts under its name, undefined for nothing. */
export class CrowdField extends CrowdElement {
  get name(): string {
    return this.text("name") ?? "";
  }

  set name(name: string) {
    this.setAttribute("name", name);
  }

  get disabled(): boolean {
    return this.on("disabled");
  }

  set disabled(disabled: boolean) {
    this.toggleAttribute("disabled", disabled);
  }

  get answer(): Json | undefined {
    return undefined;
  }

  /** What AWS's elements call their answer; templates read it in their scripts. */
  get value(): unknown {
    return this.answer;
  }

  get _submittableValue(): Json | undefined {
    return this.answer;
  }

  /** What keeps this field from being submitted, in words for the worker; empty when nothing does. */
  get problem(): string {
    return "";
  }

  reset(): void {
    // A field without a state of its own has nothing to take back.
  }

  /** Begin with an answer that this field gave before; a field without a state of its own has nothing to begin with. */
  restore?(answer: Json): void;

  changed(): void {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
