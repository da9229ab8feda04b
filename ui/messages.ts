// What the task's frame says to the page around it.

import { around } from "./around";

/** Tell the page around the task's frame something; return whether there is such a page. */
export const tellPage = (kind: string, message: object = {}): boolean => {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="tracemark-task"]')?.content;
  if (around === window || !nonce) return false;
  // The frame's own origin is opaque; its address is that of the page around it.
  around.postMessage({ kind, nonce, ...message }, location.origin);
  return true;
};
