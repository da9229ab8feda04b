// The first script of a task's frame: it tells the worker what of the page does not work. Nothing about a template is silent.

import { tellPage } from "../messages";
import { isResizeLoop } from "../page-faults";
import { isAhead, spoil, waitForTurn } from "./ahead";
import { tellAttention } from "./attention";
import { hearKeys } from "./commands";
import { watchDialogs } from "./dialogs";
import { watchEmbedded } from "./embedded";
import { blockedNotice, failedNotice, originOf, scriptNotice } from "./findings";
import { Notices, type Notice } from "./notices";
import { checkPage } from "./page-check";

const notices = new Notices(document);

const blocked = new Set<string>();

document.addEventListener("securitypolicyviolation", (event) => {
  blocked.add(originOf(event.blockedURI));
  notices.tell(blockedNotice(event.effectiveDirective, event.blockedURI));
});

/** What the policy blocked does not load, either: that is told once, whichever of the two is heard first. */
const tellFailed = (element: Element): void => {
  const notice = failedNotice(element);
  const origin = originOf(element.getAttribute("src") ?? element.getAttribute("href") ?? "");
  setTimeout(() => notice && !(origin && blocked.has(origin)) && notices.tell(notice), 100);
};

// Failures to load do not bubble; those of scripts come to the window.
window.addEventListener(
  "error",
  (event) => {
    if (event.target instanceof Element) tellFailed(event.target);
    else if (!isResizeLoop(event.message)) notices.tell(scriptNotice(event.message));
  },
  { capture: true },
);
window.addEventListener("unhandledrejection", (event) => notices.tell(scriptNotice(String(event.reason))));

// What other scripts of ours have to tell.
document.addEventListener("tracemark-notice", (event) => {
  const { what, remedy } = (event as CustomEvent<Partial<Notice> | null>).detail ?? {};
  notices.tell({ what: String(what), remedy: String(remedy) });
});

/** A question must not come up over another task. */
const mayAsk = (): boolean => {
  if (isAhead()) spoil();
  return !isAhead();
};

watchDialogs(window, (notice) => notices.tell(notice), () => tellPage("tracemark-asked"), () => performance.now(), mayAsk);
waitForTurn();
watchEmbedded(document, (notice) => notices.tell(notice));
hearKeys();
tellAttention();

const check = (): void => {
  for (const notice of checkPage(document, (name) => customElements.get(name) !== undefined)) notices.tell(notice);
};

// AWS's own elements are defined some time after the page is loaded.
window.addEventListener("load", () => setTimeout(check, 500));
