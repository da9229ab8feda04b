// Keys as they are shown beside what they do: those that the worker has chosen.

import { make } from "./dom";
import { labelOf, readKeys, type ChosenKeys } from "./keys";

/** Sent to the document when the worker's keys are known or have changed. */
export const KEYS_EVENT = "tracemark-keys";

/** Where the first script of a frame leaves the keys for all others. */
const PLACE = "tracemarkKeys";

const chosenKeys = (): ChosenKeys => {
  const text = document.documentElement.dataset[PLACE];
  return text ? readKeys(JSON.parse(text)) : {};
};

export const publishKeys = (keys: ChosenKeys): void => {
  document.documentElement.dataset[PLACE] = JSON.stringify(keys);
  document.dispatchEvent(new CustomEvent(KEYS_EVENT));
};

/** Call `show` with what to press for a key of the elements, now and whenever the worker chooses another. */
export const followKey = (standard: string, show: (label: string) => void): void => {
  const update = (): void => { show(labelOf(chosenKeys(), standard)); };
  document.addEventListener(KEYS_EVENT, update);
  update();
};

/** Return an element that shows what to press. */
export const keycap = (standard: string): HTMLElement => {
  const cap = make("kbd");
  followKey(standard, (label) => (cap.textContent = label));
  return cap;
};
