// What is missing from a page once it is loaded.

import { readControls } from "./controls";
import { elementsNotice, formlessNotice, undefinedNotice } from "./findings";
import { lostAnswers } from "./lost-answers";
import type { Notice } from "./notices";

/** The elements that submit a page's answers. */
const FORMS = "crowd-form, crowd-entity-annotation";

/** Return the names of the crowd elements that nothing defines, each once. */
export const undefinedElements = (page: ParentNode): string[] => {
  const unknown = [...page.querySelectorAll(":not(:defined)")].map((element) => element.localName);
  return [...new Set(unknown)].filter((name) => name.startsWith("crowd-"));
};

/** Return what is wrong with a loaded page. */
export const checkPage = (page: Document, isDefined: (name: string) => boolean): Notice[] => {
  const form = page.querySelector(FORMS);
  if (!form) return [formlessNotice];
  if (!isDefined(form.localName)) return [elementsNotice];
  return [...undefinedElements(page).map(undefinedNotice), ...lostAnswers(readControls(page))];
};
