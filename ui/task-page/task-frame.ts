// One task in a sandboxed frame: shown, or loaded ahead below the one that is shown.

import { ActiveTime } from "./active-time";
import type { View } from "./view";

/** The frame that is shown, and the one that comes next: styles, scripts and tests find them by these. */
const SHOWN = "task";
const AHEAD = "ahead";

export class TaskFrame {
  readonly time = new ActiveTime();
  /** Whether it can be worked on. */
  isReady = false;
  /** Whether it did something that it may only do once it is shown, so that it has to be loaded again. */
  isSpoiled = false;

  constructor(readonly element: HTMLIFrameElement, public view: View) {}

  /** The task of this frame is lent to the worker now. */
  lent(view: View): this {
    this.view = view;
    return this;
  }

  /** Return a frame for another task, to be loaded below `model`: without it the browser paints nothing of it. */
  static below(model: HTMLIFrameElement, view: View): TaskFrame {
    const element = document.createElement("iframe");
    element.sandbox.value = model.sandbox.value;
    element.title = view.title;
    Object.assign(element.dataset, { source: `/tasks/${view.task}/frame`, task: view.task, nonce: view.nonce });
    const frame = new TaskFrame(element, view);
    frame.lower();
    document.querySelector("main")!.append(element);
    return frame;
  }

  /** Only after everybody listens: nothing that the task says goes unheard. */
  load(): void {
    this.element.src = this.element.dataset["source"]!;
  }

  /** Out of sight, and out of reach of the keyboard and of screen readers. */
  lower(): void {
    this.element.removeAttribute("id");
    this.element.blur();
    this.element.inert = true;
    this.element.setAttribute("aria-hidden", "true");
    this.time.attend(performance.now(), false);
  }

  /** What comes next, and not what was before. */
  markAhead(): void {
    this.element.className = AHEAD;
  }

  raise(): void {
    this.element.inert = false;
    this.element.removeAttribute("aria-hidden");
    this.element.className = "";
    this.element.id = SHOWN;
    this.tell("tracemark-shown");
    // Until then the page hears the keys, and says that they were not taken.
    if (this.isReady) this.focus();
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  focus(): void {
    this.element.focus();
  }

  tell(kind: string, message: object = {}): void {
    this.element.contentWindow?.postMessage({ kind, nonce: this.view.nonce, ...message }, "*");
  }

  /** The answer is saved, or the task given back: nobody needs its unfinished marks any more. */
  forgetDrafts(): void {
    window.dispatchEvent(new CustomEvent("tracemark-saved", { detail: this.element.dataset["source"] }));
  }

  /** Let the worker try again, and say why in the frame, where they are looking. */
  refuse(text: string): void {
    this.tell("tracemark-refused", { text });
  }

  /** Whether a message comes from this frame. Its origin is opaque: only its window and the nonce tell it from others. */
  sent(event: MessageEvent<{ nonce?: unknown } | null>): boolean {
    return event.source === this.element.contentWindow && event.origin === "null" && event.data?.nonce === this.view.nonce;
  }

  remove(): void {
    this.element.remove();
  }
}
