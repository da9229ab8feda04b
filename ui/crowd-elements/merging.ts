// What becomes of several answers under one name: groups are merged, and of everything else the last stays.

import type { Json } from "../json";

const isGroup = (value: Json | undefined): value is Record<string, Json> => typeof value === "object" && value !== null && !Array.isArray(value);

export const merge = (before: Json | undefined, answer: Json): Json => (isGroup(before) && isGroup(answer) ? { ...before, ...answer } : answer);

/** Whether `answer` would take the place of something else that was answered; an empty text or list is no answer. */
export const hides = (before: Json | undefined, answer: Json): boolean => {
  if (isGroup(before) && isGroup(answer)) return Object.entries(answer).some(([key, value]) => Object.hasOwn(before, key) && !isSame(before[key], value));
  const isEmpty = before === undefined || before === "" || (Array.isArray(before) && !before.length);
  return !isEmpty && !isSame(before, answer);
};

const isSame = (one: Json | undefined, other: Json): boolean => JSON.stringify(one) === JSON.stringify(other);
