// What went wrong with the scripts of a page. The first of our scripts begins to watch, and the others find what it saw:
// a template may load the elements after the script that is blocked.

const KEY = Symbol.for("tracemark-page-faults");

interface PageFaults {
  /** Whether a script was blocked or did not load. */
  lostScript: boolean;
  /** The message of the first failure of a script; empty while there is none. */
  failure: string;
}

const watch = (): PageFaults => {
  const faults: PageFaults = { lostScript: false, failure: "" };
  const fail = (message: string): void => { faults.failure ||= message; };
  document.addEventListener("securitypolicyviolation", (event) => (faults.lostScript ||= event.effectiveDirective.startsWith("script-src")));
  const note = (event: ErrorEvent | Event): void => {
    faults.lostScript ||= event.target instanceof HTMLScriptElement;
    if (event instanceof ErrorEvent && !isResizeLoop(event.message)) fail(event.message);
  };
  // A failure to load does not bubble.
  window.addEventListener("error", note, { capture: true });
  window.addEventListener("unhandledrejection", (event) => { fail(String(event.reason)); });
  return faults;
};

/** A browser's note that a size will be told in the next frame is no fault of a page. */
export const isResizeLoop = (message: string): boolean => message.startsWith("ResizeObserver loop");

const shared = window as unknown as Record<symbol, PageFaults | undefined>;

export const pageFaults: Readonly<PageFaults> = (shared[KEY] ??= watch());
