// Fields that begin with the answer that the worker gave before.

import type { Field } from "./answers";
import { CrowdField, type Json } from "./element";
import type { NativeControl } from "./native-controls";

const restoreNative = (control: NativeControl, answer: Json): void => {
  if (control instanceof HTMLSelectElement && control.multiple) {
    for (const option of control.options) option.selected = Array.isArray(answer) && answer.includes(option.value);
  } else if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) {
    control.checked = (answer as Record<string, Json>)[control.value] === true;
  } else control.value = typeof answer === "string" ? answer : JSON.stringify(answer);
};

/** What was answered by a field that is of another kind now is left alone: the page around shows the answer as well. */
const restore = (field: Field, answer: Json): void => {
  try {
    if (field instanceof CrowdField) field.restore?.(answer);
    else restoreNative(field, answer);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof DOMException)) throw error;
  }
};

/** Put an earlier answer into fields, by name; a template that follows its fields hears that they changed. */
export const restoreFields = (fields: readonly Field[], given: Readonly<Record<string, Json>>): void => {
  const known = fields.filter((field) => Object.hasOwn(given, field.name));
  for (const field of known) restore(field, given[field.name]!);
  for (const field of known) field.dispatchEvent(new Event("change", { bubbles: true }));
};
