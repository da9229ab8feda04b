// A task as the service tells of it.

import type { Json } from "../json";

export interface View {
  readonly task: string;
  readonly title: string;
  readonly description: string;
  readonly nonce: string;
  /** Seconds of the lease; null for a task that was answered. */
  readonly secondsLeft: number | null;
  /** The worker's answer, where there is one that can be changed. */
  readonly given: Record<string, Json> | null;
}

/** Read the view of the task that the page was loaded with. */
export const viewOf = (frame: HTMLIFrameElement, description: string): View => {
  const { task = "", nonce = "", secondsLeft = "", given = "" } = frame.dataset;
  return {
    task,
    nonce,
    title: frame.title,
    description,
    secondsLeft: secondsLeft ? Number(secondsLeft) : null,
    given: given ? (JSON.parse(given) as Record<string, Json>) : null,
  };
};

/** Say an answer in one line. */
export const answerInWords = (answer: Record<string, Json>): string => {
  const words = Object.entries(answer).map(([name, value]) => `${name}: ${valueInWords(value)}`);
  const line = words.join("; ");
  return line.length > 300 ? `${line.slice(0, 300)} …` : line ? `${line}.` : "nothing.";
};

const valueInWords = (value: Json): string => {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.map(valueInWords).join(", ") || "none";
  const label = value["label"] ?? value["labels"];
  return label === undefined ? partsInWords(Object.entries(value)) : valueInWords(label);
};

/** Boxes by the names of those that are ticked, lists of marks by their length. */
const partsInWords = (parts: [string, Json][]): string => {
  const words = parts.map(([name, value]) => {
    if (value === true) return name;
    return Array.isArray(value) ? `${value.length} ${name}` : "";
  });
  return words.filter(Boolean).join(", ") || "none";
};
