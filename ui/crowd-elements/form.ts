// The form around a task: it gathers the answers and hands them to the page that holds the task's frame.

import { gather, isField, problemOf, whatIsHidden, type Field } from "./answers";
import { CrowdElement, CrowdField, make, reflect, styleSheet, type Json } from "./element";
import { CrowdTabs } from "./layout";
import { around } from "../around";
import { lock } from "./handed-over";
import { keycap } from "../keycaps";
import { readTexts } from "../loose-json";
import { tellPage } from "../messages";
import { whatFailed } from "./lost-scripts";
import { whatIsMissing } from "./undefined-elements";

const FORM_STYLE = styleSheet(`
  :host { display: flex; flex-direction: column; min-height: 100vh; }
  .fields { flex: 1; padding: .6rem 1rem; }
  .bar { position: sticky; bottom: 0; z-index: 5; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1rem; padding: .5rem 1rem;
         border-top: 1px solid var(--hair); background: #f6f8fa; }
  .bar.bare:not(:has(.message:not(:empty))) { display: none; }
  .message { flex: 1; color: var(--wrong); font-weight: 600; }
  .keys { font-size: .85rem; color: var(--quiet); }
`);

const CLASSIFIERS = ["classifier", "classifier-multi-select", "image-classifier", "image-classifier-multi-select"].map((name) => `crowd-${name}`).join(", ");

export class CrowdForm extends CrowdElement {
  static override styles = [FORM_STYLE];
  static connected = new Set<CrowdForm>();

  /** The native form around the content: native buttons, radio buttons and scripts find what they expect. */
  form!: HTMLFormElement;
  /** A field whose own form this is: crowd-entity-annotation. */
  owner?: CrowdField;

  private message!: HTMLElement;
  private button?: HTMLButtonElement;
  private sent = false;
  private unlock: () => void = () => undefined;
  private dispatching = false;
  private prevented = false;

  override connectedCallback(): void {
    CrowdForm.connected.add(this);
    super.connectedCallback();
  }

  disconnectedCallback(): void {
    CrowdForm.connected.delete(this);
  }

  override draw(): (Node | string)[] {
    this.wrap();
    new MutationObserver(() => this.form.parentNode === this || this.wrap()).observe(this, { childList: true });
    this.addEventListener("submit", (event) => this.takeNative(event), { capture: true });
    this.addEventListener("reset", () => this.resetFields());
    window.addEventListener("message", (event) => this.hearRefusal(event));
    return [make("div", { class: "fields" }, make("slot")), this.drawBar()];
  }

  private wrap(): void {
    this.form = make("form", { novalidate: true });
    this.form.submit = () => this.submit();
    this.form.append(...this.childNodes);
    this.append(this.form);
  }

  private drawBar(): HTMLElement {
    this.message = make("div", { class: "message", role: "alert" });
    const own = [...this.querySelectorAll("crowd-button")].some((button) => button.getAttribute("form-action") === "submit");
    const bar = make("div", { class: own ? "bar bare" : "bar" }, this.message);
    if (!own) bar.append(...this.drawEnding());
    return bar;
  }

  private drawEnding(): Node[] {
    const last = this.countCategories();
    const choose = last ? [keycap("1"), "–", keycap(String(last)), " choose · "] : [];
    const keys = [...choose, keycap("Enter"), " submit"];
    this.button = make("button", { type: "button", class: "primary", click: () => this.requestSubmit() }, "Submit");
    return [make("span", { class: "keys", "aria-hidden": "true" }, ...keys), this.button];
  }

  private countCategories(): number {
    const classifier = this.querySelector(CLASSIFIERS);
    try {
      return classifier ? readTexts(classifier, "categories").length : 0;
    } catch {
      return 0; // The classifier itself says that they cannot be read.
    }
  }

  /** A native submit button was used: the browser's own event gives way to ours, which comes after the check. */
  private takeNative(event: Event): void {
    if (!event.isTrusted) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.dispatching) this.requestSubmit();
  }

  /** Check the answers, tell the template by a `submit` event, and hand them over unless it prevents that. */
  requestSubmit(): void {
    const problem = this.problem;
    this.say(problem);
    if (problem || this.sent) return;
    this.dispatching = true;
    const event = new SubmitEvent("submit", { bubbles: true, cancelable: true });
    this.form.dispatchEvent(event);
    this.dispatching = false;
    this.prevented = event.defaultPrevented;
    if (this.prevented) this.say(whatFailed());
    else this.handOver();
  }

  /**
   * Submit as a submit button would: the answers are checked and `submit` is sent. A template that prevents the event and
   * then calls this, in its listener or later without a new click, has decided for itself: the answers are handed over.
   */
  submit(): void {
    if (this.dispatching || (this.prevented && isOfTheTemplate(window.event))) this.handOver();
    else this.requestSubmit();
  }

  private handOver(): void {
    if (this.sent) return;
    const missing = whatIsMissing(this.fields) || whatIsHidden(this.fields) || whatFailed();
    if (missing) {
      this.say(missing);
      return;
    }
    if (!tellPage("tracemark-answers", { answers: this.answers })) {
      this.say("This page is no task: there is nobody to submit to.");
      return;
    }
    this.sent = true;
    this.unlock = lock(this);
    if (this.button) this.button.disabled = true;
  }

  /** The page around the frame could not save the answers: let the worker try again. */
  private hearRefusal(event: MessageEvent<{ kind?: string; text?: string } | null>): void {
    if (event.source !== around || event.data?.kind !== "tracemark-refused") return;
    this.sent = false;
    if (this.button) this.button.disabled = false;
    this.unlock();
    this.say(String(event.data.text));
  }

  say(text: string): void {
    this.message.textContent = text;
  }

  get fields(): Field[] {
    const within = [...this.querySelectorAll("*")].filter(isField);
    const owned = this.owner ? [this.owner, ...[...this.owner.querySelectorAll("*")].filter(isField)] : [];
    return [...new Set([...owned, ...within])];
  }

  /** The answers by name, in document order; see `gather`. */
  get answers(): Record<string, Json> {
    return gather(this.fields);
  }

  get problem(): string {
    for (const field of this.fields) {
      const problem = problemOf(field);
      if (!problem) continue;
      for (const tabs of this.querySelectorAll("crowd-tabs")) if (tabs instanceof CrowdTabs) tabs.reveal(field);
      field.focus();
      return problem;
    }
    return "";
  }

  checkValidity(): boolean {
    return this.fields.every((field) => !problemOf(field));
  }

  reportValidity(): boolean {
    this.say(this.problem);
    return this.checkValidity();
  }

  reset(): void {
    this.form.reset();
  }

  private resetFields(): void {
    for (const field of this.fields) if (field instanceof CrowdField) field.reset();
    this.say("");
  }
}

/** Whether no click or key of the worker is being handled, or only the submission itself. */
const isOfTheTemplate = (event: Event | undefined): boolean => event === undefined || event.type === "submit";

export class CrowdButton extends CrowdElement {
  static override early = ["disabled", "loading"];
  static override styles = [styleSheet(":host { display: inline-block; } a { color: var(--accent); }")];
  static observedAttributes = ["disabled", "loading"];

  private control?: HTMLButtonElement;

  override draw(): (Node | string)[] {
    const href = this.text("href");
    if (href) return [make("a", { href, target: this.text("target"), rel: "noopener" }, make("slot"))];
    const primary = this.text("variant") === "primary" || this.text("form-action") === "submit";
    this.control = make("button", { type: "button", class: primary ? "primary" : "", click: () => this.act() }, make("slot"));
    this.attributeChangedCallback();
    return [this.control];
  }

  attributeChangedCallback(): void {
    if (this.control) this.control.disabled = this.on("disabled") || this.on("loading");
  }

  private act(): void {
    const form = this.closest<CrowdForm>("crowd-form");
    if (this.text("form-action") === "submit") form?.requestSubmit();
    if (this.text("form-action") === "reset") form?.reset();
  }
}

reflect(CrowdButton, "disabled", "loading");
