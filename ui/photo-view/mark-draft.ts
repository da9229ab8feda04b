// Marks as a draft keeps them; classes may be known only later, so that any will do.

import { readText } from "../json";
import { isWhole, type Kind, type Mark } from "./shapes";

type Begun = Omit<Mark, "id">;

const KINDS: readonly string[] = ["box", "point", "line", "polyline", "polygon"] satisfies Kind[];

export const writeMarks = (marks: readonly Mark[]): string => JSON.stringify(marks.map(({ kind, label, points }) => ({ kind, label, points })));

/** Return the marks of a text, or undefined when it is no list of marks. */
export const readMarks = (text: string): readonly Begun[] | undefined => {
  const found: unknown = readText(text);
  return Array.isArray(found) && found.every(isMark) ? found : undefined;
};

const isMark = (value: unknown): value is Begun => {
  const { kind, label, points } = (value ?? {}) as Partial<Record<keyof Begun, unknown>>;
  const isPlaced = Array.isArray(points) && points.every(isPoint);
  return KINDS.includes(String(kind)) && typeof label === "string" && isPlaced && isWhole(kind as Kind, points as Begun["points"]);
};

const isPoint = (value: unknown): boolean => {
  const { x, y } = (value ?? {}) as { x?: unknown; y?: unknown };
  return Number.isFinite(x) && Number.isFinite(y);
};
