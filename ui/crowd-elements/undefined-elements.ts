// Elements that a page uses and nobody defines: they answer nothing, so nothing may be submitted in their place.

import { isField, type Field } from "./answers";
import { NOT_SENT } from "./lost-scripts";

/** Return why nothing can be submitted from this page, in words for the worker; empty when something can. */
export const whatIsMissing = (fields: readonly Field[]): string => {
  const asks = fields.some((field) => isField(field) && field.name);
  // Where nothing else asks, an unknown element does, even without a name.
  const unknown = [...document.querySelectorAll(`:not(:defined)${asks ? "[name]" : ""}`)].map((element) => element.localName);
  const lost = unknown.filter((name) => name.startsWith("crowd-"));
  if (lost.length) return `This page asks by <${lost[0]!}>, which tracemark does not have: its answer would be lost. ${NOT_SENT}`;
  if (!asks) return `This page has no element that answers under a name. ${NOT_SENT}`;
  return "";
};
