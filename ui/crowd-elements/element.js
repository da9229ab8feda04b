// What every crowd element shares: it draws itself once, into a shadow tree, so that its styles and a template's never meet.

/** Return a new DOM element; `properties` are attributes, except functions, which listen to the event they are named after. */
const make = (tag, properties = {}, ...children) => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
};

const styleSheet = (css) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
};

const BASE_STYLE = styleSheet(`
  :host { display: block; box-sizing: border-box; color: #1b2430; font: 1rem/1.4 system-ui, sans-serif;
          --accent: #0b5cad; --tint: #e8f1fb; --edge: #76818f; --hair: #d5dbe3; --wrong: #a5161d; --quiet: #4d5967; }
  :host([hidden]) { display: none; }
  *, *::before { box-sizing: border-box; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  button { min-height: 2.25rem; padding: .3rem .9rem; border: 1px solid var(--edge); border-radius: 6px;
           background: #fff; color: inherit; font: inherit; cursor: pointer; }
  button:hover { background: var(--tint); }
  button.primary { border-color: var(--accent); background: var(--accent); color: #fff; font-weight: 600; }
  button.primary:hover { background: #084a8c; }
  button:disabled { opacity: .6; cursor: default; }
  kbd { padding: 0 .35em; border: 1px solid var(--edge); border-radius: 4px; font: inherit; font-size: .8em; color: var(--quiet); }
`);

/** The base of all crowd elements; a subclass returns its DOM from `draw()` and its CSS from `style`. */
class CrowdElement extends HTMLElement {
  static style = styleSheet("");

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open", delegatesFocus: true });
    root.adoptedStyleSheets = [BASE_STYLE, this.constructor.style];
    root.append(...this.draw());
  }

  draw() {
    return [make("slot")];
  }

  /** Return an attribute's text; null when it is absent. */
  text(name) {
    return this.getAttribute(name);
  }

  on(name) {
    return this.hasAttribute(name);
  }
}

/** A crowd element that answers: `answer` is what it puts under its name, undefined for nothing. */
class CrowdField extends CrowdElement {
  get name() {
    return this.text("name") ?? "";
  }

  set name(name) {
    this.setAttribute("name", name);
  }

  get disabled() {
    return this.on("disabled");
  }

  get answer() {
    return undefined;
  }

  /** What keeps this field from being submitted, in words for the worker; empty when nothing does. */
  get problem() {
    return "";
  }

  reset() {}

  changed() {
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
