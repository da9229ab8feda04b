// Scripts of a page that were blocked or did not load: what relies on them fails, and must not answer in their place.

export const NOT_SENT = "Nothing was submitted. Decline the task and tell whoever runs the job.";

let lost = false;

document.addEventListener("securitypolicyviolation", (event) => (lost ||= event.effectiveDirective.startsWith("script")));
// A failure to load does not bubble.
window.addEventListener("error", (event) => (lost ||= event.target instanceof HTMLScriptElement), { capture: true });

/** Return whether a script of the page is not there. */
export const hasLostScripts = (): boolean => lost;

/** Run something whose listeners may fail, which the browser only reports; return the first failure's message. */
export const failureIn = (run: () => void): string => {
  let message = "";
  const note = (event: ErrorEvent): void => { message ||= event.message; };
  window.addEventListener("error", note);
  try {
    run();
  } finally {
    window.removeEventListener("error", note);
  }
  return message;
};
