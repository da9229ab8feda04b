// Unfinished work, kept until the answer is submitted. In the service the frame of a task has no storage of its own: the
// page around it keeps the draft. Where a task stands alone, as in Ground Truth's portal, the browser's storage does.

import { around } from "./around";
import { tellPage } from "./messages";

const MESSAGE = "tracemark-draft";

interface DraftMessage {
  kind?: string;
  name?: string;
  text?: string;
}

/** The draft of one field of one task. */
export interface Drafts {
  /** Keep a draft in place of the last one; an empty text drops it. */
  keep(text: string): void;
  /** Call `take` with the draft as soon as it is known, never before this returns, or never at all. */
  recall(take: (text: string) => void): void;
}

/** Return what keeps the draft of the field `name` of this task; `subject` tells items apart where nothing else does. */
export const draftsOf = (name: string, subject: string): Drafts =>
  isInPage() ? pageDrafts(name) : ownDrafts(`${MESSAGE} ${name} ${subject}`);

/** Return what stays of a link to a file while its signature changes. */
export const fileOf = (link: string): string => {
  const { protocol, origin, pathname } = new URL(link, location.href);
  return `${origin === "null" ? protocol : origin}${pathname}`;
};

const isInPage = (): boolean => around !== window && document.querySelector('meta[name="tracemark-task"]') !== null;

const pageDrafts = (name: string): Drafts => ({
  keep: (text) => { tellPage(MESSAGE, { name, text }); },
  recall: (take) => {
    const hear = (event: MessageEvent<DraftMessage | null>): void => {
      if (event.source !== around || event.data?.kind !== MESSAGE || event.data.name !== name) return;
      window.removeEventListener("message", hear);
      if (event.data.text) take(event.data.text);
    };
    window.addEventListener("message", hear);
    tellPage(`${MESSAGE}-wanted`, { name });
  },
});

const ownDrafts = (key: string): Drafts => {
  const keep = (text: string): void => {
    withStorage((storage) => {
      if (text) storage.setItem(key, text);
      else storage.removeItem(key);
    });
  };
  // A template that prevents the event, to ask or to check, has not submitted: only afterwards is that known.
  const forget = (event: Event): void => {
    if (!event.defaultPrevented) keep("");
  };
  document.addEventListener("submit", (event) => setTimeout(forget, 0, event), { capture: true });
  return {
    keep,
    recall: (take) => {
      withStorage((storage) => {
        const text = storage.getItem(key);
        if (text) setTimeout(() => { take(text); });
      });
    },
  };
};

/** A portal may give the frame of a task no storage, or it is full: then a draft lasts as long as its page. */
const withStorage = (use: (storage: Storage) => void): void => {
  try {
    use(window.sessionStorage);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
};
