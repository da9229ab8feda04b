// Unfinished marks, kept until the answer is submitted. In the service the frame of a task has no storage of its own: the
// page around it keeps the draft. Where a task stands alone, as in Ground Truth's portal, the browser's storage does.

const MESSAGE = "tracemark-draft";

interface DraftMessage {
  kind?: string;
  name?: string;
  text?: string;
}

export interface Drafts {
  keep(text: string): void;
  /** Call `take` with the draft as soon as it is known, or never. */
  recall(take: (text: string) => void): void;
}

/** Return what keeps the draft of the field `name` of this task; `file` tells tasks apart where nothing else does. */
export const draftsOf = (name: string, file: string): Drafts => {
  const nonce = document.querySelector<HTMLMetaElement>('meta[name="tracemark-task"]')?.content;
  return nonce && window.parent !== window ? pageDrafts(name, nonce) : ownDrafts(`tracemark-draft ${name} ${new URL(file, location.href).pathname}`);
};

const pageDrafts = (name: string, nonce: string): Drafts => {
  const tell = (message: object): void => { window.parent.postMessage({ nonce, name, ...message }, location.origin); };
  return {
    keep: (text) => { tell({ kind: MESSAGE, text }); },
    recall: (take) => {
      const hear = (event: MessageEvent<DraftMessage | null>): void => {
        if (event.source !== window.parent || event.data?.kind !== MESSAGE || event.data.name !== name) return;
        window.removeEventListener("message", hear);
        if (typeof event.data.text === "string") take(event.data.text);
      };
      window.addEventListener("message", hear);
      tell({ kind: `${MESSAGE}-wanted` });
    },
  };
};

const ownDrafts = (key: string): Drafts => ({
  keep: (text) => { withStorage((storage) => { storage.setItem(key, text); }); },
  recall: (take) => {
    withStorage((storage) => {
      const text = storage.getItem(key);
      if (text) take(text);
    });
  },
});

/** A portal may give the frame of a task no storage: then a draft lasts as long as its page. */
const withStorage = (use: (storage: Storage) => void): void => {
  try {
    use(window.sessionStorage);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
};
