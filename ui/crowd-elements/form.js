// The form around a task: it gathers the answers and hands them to the page that holds the task's frame.

/** Return what a native control inside the form answers, undefined for nothing. */
const nativeAnswer = (control) => {
  if (!control.name || control.matches(":disabled")) return undefined;
  if (["submit", "button", "reset", "image", "file"].includes(control.type)) return undefined;
  if (["radio", "checkbox"].includes(control.type)) return { [control.value]: control.checked };
  if (control.type === "select-multiple") return [...control.selectedOptions].map((option) => option.value);
  return control.value;
};

/** Tell the page around the task's frame something; return whether there is such a page. */
const tellPage = (kind, message = {}) => {
  const nonce = document.querySelector('meta[name="tracemark-task"]')?.content;
  if (window.parent === window || !nonce) return false;
  // The frame's own origin is opaque; its address is that of the page around it.
  window.parent.postMessage({ kind, nonce, ...message }, location.origin);
  return true;
};

const NATIVE = "input, select, textarea";

const isGroup = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

class CrowdForm extends CrowdElement {
  static style = styleSheet(`
    :host { display: flex; flex-direction: column; min-height: 100vh; }
    .fields { flex: 1; padding: .6rem 1rem; }
    .bar { position: sticky; bottom: 0; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem; padding: .5rem 1rem;
           border-top: 1px solid var(--hair); background: #f6f8fa; }
    .bar.bare:not(:has(.message:not(:empty))) { display: none; }
    .message { flex: 1; color: var(--wrong); font-weight: 600; }
    .keys { font-size: .85rem; color: var(--quiet); }
  `);

  draw() {
    this.message = make("div", { class: "message", role: "alert" });
    const own = [...this.querySelectorAll("crowd-button")].some((button) => button.getAttribute("form-action") === "submit");
    const bar = make("div", { class: own ? "bar bare" : "bar" }, this.message);
    if (!own) bar.append(...this.ending());
    window.addEventListener("message", (event) => this.refused(event));
    return [make("div", { class: "fields" }, make("slot")), bar];
  }

  ending() {
    const classifier = this.querySelector("crowd-classifier, crowd-classifier-multi-select");
    const last = readCategories(classifier?.getAttribute("categories")).length;
    const choose = last ? [make("kbd", {}, "1"), "–", make("kbd", {}, String(last)), " choose · "] : [];
    const keys = [...choose, make("kbd", {}, "Enter"), " submit"];
    this.button = make("button", { type: "button", class: "primary", click: () => this.requestSubmit() }, "Submit");
    return [make("span", { class: "keys", "aria-hidden": "true" }, ...keys), this.button];
  }

  /** Check the answers, tell the template by a `submit` event, and hand them over unless it prevents that. */
  requestSubmit() {
    const problem = this.problem;
    this.say(problem);
    if (problem) return;
    if (this.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }))) this.submit();
  }

  /** Hand the answers over as they are. */
  submit() {
    if (this.sent) return;
    if (!tellPage("tracemark-answers", { answers: this.answers })) {
      this.say("This page is no task: there is nobody to submit to.");
      return;
    }
    this.sent = true;
    if (this.button) this.button.disabled = true;
  }

  /** The page around the frame could not save the answers: let the worker try again. */
  refused(event) {
    if (event.source !== window.parent || event.data?.kind !== "tracemark-refused") return;
    this.sent = false;
    if (this.button) this.button.disabled = false;
    this.say(String(event.data.text));
  }

  say(text) {
    this.message.textContent = text;
  }

  get fields() {
    return [...this.querySelectorAll("*")].filter((element) => element instanceof CrowdField || element.matches(NATIVE));
  }

  /** The answers by name, in document order; answers of one name that are groups are merged. */
  get answers() {
    const found = new Map();
    for (const field of this.fields) {
      const answer = field instanceof CrowdField ? (field.disabled ? undefined : field.answer) : nativeAnswer(field);
      if (answer === undefined || !field.name) continue;
      const before = found.get(field.name);
      found.set(field.name, isGroup(before) && isGroup(answer) ? { ...before, ...answer } : answer);
    }
    return Object.fromEntries(found);
  }

  get problem() {
    for (const field of this.fields) {
      const problem = field instanceof CrowdField ? (field.disabled ? "" : field.problem) : this.nativeProblem(field);
      if (problem) {
        field.focus();
        return problem;
      }
    }
    return "";
  }

  nativeProblem(control) {
    if (control.checkValidity()) return "";
    return `${control.labels?.[0]?.textContent.trim() || control.name}: ${control.validationMessage}`;
  }

  reset() {
    for (const field of this.fields) if (field instanceof CrowdField) field.reset();
    this.say("");
  }
}

class CrowdButton extends CrowdElement {
  static style = styleSheet(":host { display: inline-block; } a { color: var(--accent); }");
  static observedAttributes = ["disabled", "loading"];

  draw() {
    if (this.text("href")) {
      const target = this.text("target");
      return [make("a", { href: this.text("href"), target, rel: "noopener" }, make("slot"))];
    }
    const primary = this.text("variant") === "primary" || this.text("form-action") === "submit";
    this.control = make("button", { type: "button", class: primary ? "primary" : "", click: () => this.act() }, make("slot"));
    this.attributeChangedCallback();
    return [this.control];
  }

  attributeChangedCallback() {
    if (this.control) this.control.disabled = this.on("disabled") || this.on("loading");
  }

  act() {
    const form = this.closest("crowd-form");
    if (this.text("form-action") === "submit") form?.requestSubmit();
    if (this.text("form-action") === "reset") form?.reset();
  }
}
