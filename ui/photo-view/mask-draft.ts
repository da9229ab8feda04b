// A painted mask as a draft keeps it: runs of pixels of one class, for a photograph has millions of pixels and few edges.

import { readText } from "../json";
import type { Size } from "./geometry";

const BASE = 36;

export interface MaskDraft {
  readonly size: Size;
  /** The classes that pixels have: value 1 is the first. */
  readonly labels: readonly string[];
  /** Value and length of each run, row by row, to the base of 36. */
  readonly runs: string;
}

export const writeRuns = (pixels: Uint8Array): string => {
  const parts: string[] = [];
  for (let at = 0, end = 0; at < pixels.length; at = end) {
    while (end < pixels.length && pixels[end] === pixels[at]) end++;
    parts.push(`${pixels[at]!.toString(BASE)} ${(end - at).toString(BASE)}`);
  }
  return parts.join(" ");
};

/** Fill pixels with runs, each value translated by its place in `values`; runs beyond the last pixel are cut off. */
export const fillRuns = (pixels: Uint8Array, runs: string, values: readonly number[]): void => {
  const numbers = runs.split(" ").map((text) => Number.parseInt(text, BASE) || 0);
  for (let index = 0, at = 0; index + 1 < numbers.length; index += 2) {
    const end = at + numbers[index + 1]!;
    pixels.fill(values[numbers[index]!] ?? 0, at, end);
    at = end;
  }
};

/** Return the draft that a text is, or undefined. */
export const readMaskDraft = (text: string): MaskDraft | undefined => {
  const { size, labels, runs } = (readText(text) ?? {}) as Partial<MaskDraft>;
  const isWhole = typeof size?.width === "number" && typeof size.height === "number" && typeof runs === "string";
  return isWhole && Array.isArray(labels) ? { size, labels: labels.map(String), runs } : undefined;
};
