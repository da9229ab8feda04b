// Marks as AWS's elements take and answer them: a list, or an object that holds the list under its name.

import { corners, isWhole, type Kind, type Mark } from "./shapes";
import type { Json } from "../json";

export interface Begun {
  readonly marks: readonly Omit<Mark, "id">[];
  /** Why some are left out, in words for the worker; empty when none is. */
  readonly problem: string;
}

type Fields = Record<string, Json>;

const isFields = (value: Json | undefined): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

const numbers = (...values: (Json | undefined)[]): number[] | undefined => {
  const found = values.map((value) => (typeof value === "number" || typeof value === "string" ? Number(value) : NaN));
  return found.every(Number.isFinite) ? found.map(Math.round) : undefined;
};

const READ: Record<Kind, (fields: Fields) => number[][] | undefined> = {
  box: ({ left, top, width, height }) => {
    const [x, y, w, h] = numbers(left, top, width, height) ?? [];
    return x === undefined ? undefined : [[x, y!], [x + w!, y! + h!]];
  },
  point: ({ x, y }) => {
    const found = numbers(x, y);
    return found && [found];
  },
  line: (fields) => readVertices(fields),
  polyline: (fields) => readVertices(fields),
  polygon: (fields) => readVertices(fields),
};

const readVertices = ({ vertices }: Fields): number[][] | undefined => {
  if (!Array.isArray(vertices)) return undefined;
  const found = vertices.map((vertex) => (isFields(vertex) ? numbers(vertex["x"], vertex["y"]) : undefined));
  return found.every((point) => point !== undefined) ? found : undefined;
};

const listIn = (value: Json | undefined, key: string): Json[] => {
  const found = isFields(value) ? value[key] : value;
  return Array.isArray(found) ? found : [];
};

/** Return the mark that an item is, or why it is none. */
const readMark = (item: Json, kind: Kind, labels: readonly string[]): Omit<Mark, "id"> | string => {
  if (!isFields(item)) return `${JSON.stringify(item)} is no ${kind}`;
  const label = String(item["label"] ?? "");
  if (!labels.includes(label)) return `label ${JSON.stringify(label)} is not among the labels`;
  const points = READ[kind](item)?.map(([x, y]) => ({ x: x!, y: y! }));
  return points && isWhole(kind, points) ? { kind, label, points } : `${JSON.stringify(item).slice(0, 80)} is no ${kind}`;
};

/** Read an initial value; a mark whose label is not among `labels`, or that is no such shape, is left out and told. */
export const readMarks = (value: Json | undefined, key: string, kind: Kind, labels: readonly string[]): Begun => {
  const found = listIn(value, key).map((item) => readMark(item, kind, labels));
  const left = found.filter((mark) => typeof mark === "string");
  const problem = left.length ? `${left.length} of the marks given at the start are not shown: ${left[0]!}.` : "";
  return { marks: found.filter((mark) => typeof mark !== "string"), problem };
};

/** Write a mark as AWS's element of its kind does. */
export const writeMark = (mark: Mark): Json => {
  const { kind, label, points } = mark;
  if (kind === "point") return { label, x: points[0]!.x, y: points[0]!.y };
  if (kind !== "box") return { label, vertices: points.map(({ x, y }) => ({ x, y })) };
  const [low, high] = corners(points);
  return { label, left: low.x, top: low.y, width: high.x - low.x, height: high.y - low.y };
};
