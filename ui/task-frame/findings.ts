// What can be wrong with a page that is shown, in words.

import type { Notice } from "./notices";

const KINDS: Record<string, string> = { script: "a script", style: "a style sheet", img: "a picture", media: "a sound or film", font: "a font", connect: "data", frame: "a page inside it", object: "an embedded document" };

export const originOf = (address: string): string => {
  try {
    const { origin } = new URL(address);
    return origin === "null" ? "" : origin;
  } catch {
    return "";
  }
};

/** Say what the page's policy kept from loading; `directive` is the policy's word, as in `script-src-elem`. */
export const blockedNotice = (directive: string, address: string): Notice => {
  const kind = KINDS[directive.split("-")[0]!] ?? "something";
  const origin = originOf(address);
  const what = origin ? `This page could not load ${kind} from ${origin}, so part of it may be missing.` : `This page may not use ${kind} in this way (${directive}: ${address || "inline"}).`;
  const remedy = origin ? `The portal lets a page load nothing from elsewhere. If ${origin} is to be trusted: tracemark serve --template-source ${origin}, or put what the page needs into it.` : "Put it into the template as a classic script or a style of its own.";
  return { what, remedy };
};

/** Say that a picture, film or script did not come. */
export const failedNotice = (element: Element): Notice | undefined => {
  const kind = element.localName;
  const address = element.getAttribute("src") ?? element.getAttribute("href") ?? "";
  if (!address) return undefined;
  const called: Record<string, string> = { img: "A picture", script: "A script", link: "A style sheet", video: "A film", audio: "A sound", source: "A film or sound", iframe: "A document" };
  const what = `${called[kind] ?? "Something"} of this page could not be loaded${kind === "img" ? altOf(element) : ""}.`;
  return { what, remedy: `${address.slice(0, 300)}: is the object there, may the service read it, and did its address go through grant_read_access?` };
};

const altOf = (element: Element): string => {
  const alt = element.getAttribute("alt")?.trim();
  return alt ? ` (${alt})` : "";
};

/** Say that a document inside the page may not be seen; `kind` is its media type. */
export const unshownNotice = (name: string, kind: string): Notice => ({
  what: `${name}: browsers may leave this document's place in the page empty. Save it to read it.`,
  remedy: `Few browsers show ${kind} in the protected frame of a task. Pictures and plain text are shown by all: give its pages as pictures.`,
});

/** Say which elements nothing defines. */
export const undefinedNotice = (name: string): Notice => ({
  what: `This page uses <${name}>, which is not known here: its part of the task is missing.`,
  remedy: "docs/reference/crowd-elements.md lists the elements; `tracemark doctor` and `tracemark preview` say the same before a job begins.",
});

export const formlessNotice: Notice = {
  what: "This page has no form, so no answer can be submitted.",
  remedy: 'Put the inputs into <crowd-form> and load the elements: <script src="https://assets.crowd.aws/crowd-html-elements.js"></script>',
};

export const elementsNotice: Notice = {
  what: "This page does not load the crowd elements, so no answer can be submitted.",
  remedy: 'Add <script src="https://assets.crowd.aws/crowd-html-elements.js"></script> before the form.',
};

export const scriptNotice = (message: string): Notice => ({
  what: `A script of this page failed: ${message}`,
  remedy: "Part of the page may not work; `tracemark preview` shows the same page with the browser's own tools.",
});

export const unshownDialogNotice = (kind: string, text: string): Notice => ({
  what: `This page wanted to ${kind === "alert" ? "say" : "ask"}: ${text}`,
  remedy: `The browser showed no window for ${kind}(), or it was closed at once. Some browsers show none for a page inside a page; Chromium and Firefox do.`,
});
