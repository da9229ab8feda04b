// The answer that a worker gave to this task before: fields begin with it, so that it can be changed.

import type { Json } from "./json";

const readGiven = (): Record<string, Json> | undefined => {
  const text = document.querySelector<HTMLMetaElement>('meta[name="tracemark-given"]')?.content;
  return text ? (JSON.parse(text) as Record<string, Json>) : undefined;
};

/** The answer by field, undefined when the task was not answered before. */
export const given: Readonly<Record<string, Json>> | undefined = readGiven();
