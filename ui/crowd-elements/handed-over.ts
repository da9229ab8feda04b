// A form whose answers were handed over: nothing changes it any more, and what comes too late is told.

import { tellPage } from "../messages";
import { keyOf } from "../keys";

/** Keys that only move, or end what is open. */
const HARMLESS = new Set(["Tab", "Shift+Tab", "Escape"]);

const focused = (): HTMLElement | undefined => {
  let found = document.activeElement;
  while (found?.shadowRoot?.activeElement) found = found.shadowRoot.activeElement;
  return found instanceof HTMLElement ? found : undefined;
};

const locked = new Set<HTMLElement>();

/** Let nothing reach a form, neither keys nor the mouse; return what gives it back as it was. */
export const lock = (form: HTMLElement): (() => void) => {
  const at = focused();
  locked.add(form);
  form.inert = true;
  return () => {
    locked.delete(form);
    form.inert = false;
    if (at && form.contains(at.getRootNode() instanceof ShadowRoot ? (at.getRootNode() as ShadowRoot).host : at)) at.focus();
  };
};

/** The page around knows which keys are commands of its own: it does those, and tells of all others that they were lost. */
const lose = (event: KeyboardEvent): void => {
  const key = keyOf(event);
  if (!locked.size || !key || HARMLESS.has(key)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!event.repeat) tellPage("tracemark-early", { key });
};

/** The second press of a double click belongs to the first, which submitted. */
const loseClick = (event: MouseEvent): void => {
  if (locked.size && event.detail < 2) tellPage("tracemark-early");
};

/** Before any script of a template hears of it. */
export const guardForms = (): void => {
  window.addEventListener("keydown", lose, { capture: true });
  window.addEventListener("mousedown", loseClick, { capture: true });
};
