// Documents that a page shows inside it. Nothing in the frame of a task may run a browser's own viewer, and most browsers
// then show an empty field and say nothing: the worker is told, and can save what is not shown.

import { make } from "../dom";
import { failedNotice, unshownNotice } from "./findings";
import type { Notice } from "./notices";

type Tell = (notice: Notice) => void;

/** Of what the service sends, the types that a browser needs a viewer for, or only saves. */
const UNSHOWN = new Set(["application/pdf", "application/octet-stream"]);

const isOurs = (address: string): boolean => address.startsWith(`${location.origin}/`);

/** The name of the file that a link leads to: the path of a granted link ends in that of its object. */
const nameOf = (address: string): string =>
  decodeURIComponent(new URL(address).pathname).split("/").at(-1)! || "document";

/** Save what a link leads to as a file. */
const save = async (address: string): Promise<void> => {
  const found = await fetch(address);
  if (!found.ok) throw new Error(`the document could not be read (${found.status})`);
  const href = URL.createObjectURL(await found.blob());
  make("a", { href, download: nameOf(address) }).click();
  setTimeout(() => { URL.revokeObjectURL(href); }, 60_000);
};

const check = async (frame: HTMLIFrameElement, tell: Tell): Promise<void> => {
  const address = frame.src;
  if (!isOurs(address)) return; // the page's policy says what is loaded from elsewhere
  const found = await fetch(address, { method: "HEAD" });
  const kind = found.headers.get("content-type")?.split(";")[0] ?? "";
  if (!found.ok) tell(failedNotice(frame)!);
  else if (UNSHOWN.has(kind)) tell({ ...unshownNotice(nameOf(address), kind), offer: { text: "Save the document", act: () => void save(address) } });
};

/** Tell of every page inside this one that is not shown; a page may put them in at any time. */
export const watchEmbedded = (page: Document, tell: Tell): void => {
  const checked = new Set<string>();
  const look = (frame: HTMLIFrameElement): void => {
    if (checked.has(frame.src)) return;
    checked.add(frame.src);
    void check(frame, tell);
  };
  page.addEventListener("load", ({ target }) => { if (target instanceof HTMLIFrameElement) look(target); }, { capture: true });
  window.addEventListener("load", () => { page.querySelectorAll("iframe").forEach(look); });
};
