// The answers of a form: every named field is an answer of its own.

import { CrowdField, type Json } from "./element";
import { isNativeControl, nativeAnswer, nativeProblem, type NativeControl } from "./native-controls";

export type Field = CrowdField | NativeControl;

export const isField = (element: Element): element is Field => element instanceof CrowdField || isNativeControl(element);

const isGroup = (value: Json | undefined): value is Record<string, Json> => typeof value === "object" && value !== null && !Array.isArray(value);

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
    if (answer === undefined) continue;
    const before = found.get(field.name);
    found.set(field.name, isGroup(before) && isGroup(answer) ? { ...before, ...answer } : answer);
  }
  return Object.fromEntries(found);
};
