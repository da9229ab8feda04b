// The answers of a form: every named field is an answer of its own.

import { CrowdField, type Json } from "./element";
import { NOT_SENT } from "./lost-scripts";
import { hides, merge } from "./merging";
import { isNativeControl, nativeAnswer, nativeProblem, type NativeControl } from "./native-controls";

export type Field = CrowdField | NativeControl;

export const isField = (element: Element): element is Field => element instanceof CrowdField || isNativeControl(element);

export const answerOf = (field: Field): Json | undefined => {
  if (!(field instanceof CrowdField)) return nativeAnswer(field);
  return field.disabled || !field.name ? undefined : field.answer;
};

export const problemOf = (field: Field): string => {
  if (!(field instanceof CrowdField)) return nativeProblem(field);
  return field.disabled ? "" : field.problem;
};

/** Return the answers by name, in document order; answers of one name that are groups are merged. */
export const gather = (fields: readonly Field[]): Record<string, Json> => {
  const found = new Map<string, Json>();
  for (const field of fields) {
    const answer = answerOf(field);
    if (answer !== undefined) found.set(field.name, merge(found.get(field.name), answer));
  }
  return Object.fromEntries(found);
};

/** Return why these answers cannot be sent, in words for the worker: one would hide another of its name. */
export const whatIsHidden = (fields: readonly Field[]): string => {
  const name = hiddenName(fields.filter((field) => !field.name.startsWith("_")));
  return name && `Several inputs of this page are called "${name}", and one answer would hide the other. ${NOT_SENT}`;
};

/** A hidden input before a box says what is sent without it. */
const hiddenName = (fields: readonly Field[]): string => {
  const found = new Map<string, { answer: Json | undefined; isDefault: boolean }>();
  for (const field of fields) {
    const answer = answerOf(field);
    if (answer === undefined) continue;
    const before = found.get(field.name) ?? { answer: undefined, isDefault: false };
    const isMeant = before.isDefault && isBox(field);
    if (!isMeant && hides(before.answer, answer)) return field.name;
    found.set(field.name, { answer: merge(before.answer, answer), isDefault: field.matches("input[type=hidden i]") });
  }
  return "";
};

const isBox = (field: Field): boolean => field.matches("input[type=checkbox i], input[type=radio i], crowd-checkbox, crowd-toggle-button, crowd-radio-button");
