// A frame that was loaded ahead of its turn, below the task before: quiet until it is shown.

import { around } from "../around";
import { tellPage } from "../messages";

/** Sent to the document when its task is shown; a template may begin then what must not begin unseen. */
const SHOWN = "tracemark-shown";

const started = new Set<HTMLMediaElement>();

let ahead = document.querySelector('meta[name="tracemark-ahead"]') !== null;

export const isAhead = (): boolean => ahead;

/** Something happened that cannot wait, such as a question to the worker: the page loads this task again in its turn. */
export const spoil = (): void => { tellPage("tracemark-spoiled"); };

const hold = (event: Event): void => {
  if (!ahead || !(event.target instanceof HTMLMediaElement)) return;
  event.target.pause();
  started.add(event.target);
};

const play = (media: HTMLMediaElement): void => {
  media.currentTime = 0;
  // A browser may refuse to play before the worker has touched the task, as it does for any page.
  media.play().catch((error: unknown) => { if (!(error instanceof DOMException)) throw error; });
};

const show = (): void => {
  ahead = false;
  started.forEach(play);
  started.clear();
  document.querySelector<HTMLElement>("[autofocus], [auto-focus]")?.focus();
  document.dispatchEvent(new CustomEvent(SHOWN));
};

export const waitForTurn = (): void => {
  if (!ahead) return;
  document.addEventListener("play", hold, { capture: true });
  window.addEventListener("message", (event: MessageEvent<{ kind?: string } | null>) => {
    if (event.source === around && event.data?.kind === SHOWN && ahead) show();
  });
};
