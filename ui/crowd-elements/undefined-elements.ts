// Elements that a page uses and nobody defines: they answer nothing, so nothing may be submitted in their place.

import { isField, type Field } from "./answers";

/** Return why nothing can be submitted from this page, in words for the worker; empty when something can. */
export const whatIsMissing = (fields: readonly Field[]): string => {
  const unknown = [...document.querySelectorAll(":not(:defined)[name]")].map((element) => element.localName);
  const lost = unknown.filter((name) => name.startsWith("crowd-"));
  const remedy = "Nothing was submitted. Decline the task and tell whoever runs the job.";
  if (lost.length) return `This page asks by <${lost[0]!}>, which tracemark does not have: its answer would be lost. ${remedy}`;
  if (!fields.some((field) => isField(field) && field.name)) return `This page has no element that answers under a name. ${remedy}`;
  return "";
};
