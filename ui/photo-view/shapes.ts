// What can be drawn on a photograph: boxes, points, lines, polylines and polygons, as lists of points in its pixels.

import { clamp, cornerWithin, distance, distanceToSegment, pixelWithin, type Point, type Size } from "./geometry";

export type Kind = "box" | "point" | "line" | "polyline" | "polygon";

/** A box has its left upper and its right lower corner as points, whatever the corners it was drawn by. */
export interface Mark {
  readonly id: number;
  readonly kind: Kind;
  readonly label: string;
  readonly points: readonly Point[];
}

const FEWEST: Record<Kind, number> = { box: 2, point: 1, line: 2, polyline: 2, polygon: 3 };

/** A shape of this kind is whole after so many points; the others go on until they are ended. */
export const MOST: Record<Kind, number> = { box: 2, point: 1, line: 2, polyline: Infinity, polygon: Infinity };

/** Return a point as a kind of mark may have it: whole pixels within the photograph. */
export const snapped = (kind: Kind, point: Point, size: Size): Point => (kind === "point" ? pixelWithin(point, size) : cornerWithin(point, size));

export const corners = (points: readonly Point[]): readonly [Point, Point] => {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return [
    { x: Math.min(...xs), y: Math.min(...ys) },
    { x: Math.max(...xs), y: Math.max(...ys) },
  ];
};

/** Return points as a mark keeps them. */
export const settled = (kind: Kind, points: readonly Point[]): readonly Point[] => (kind === "box" ? corners(points) : points);

/** Return whether points make a shape: enough of them, and a box has an area, a line a length. */
export const isWhole = (kind: Kind, points: readonly Point[]): boolean => {
  if (points.length < FEWEST[kind]) return false;
  if (kind === "point") return true;
  const [low, high] = corners(points);
  const [width, height] = [high.x - low.x, high.y - low.y];
  return kind === "box" ? width > 0 && height > 0 : width + height > 0;
};

/** Return a mark moved by whole pixels, stopped at the edges of the photograph. */
export const moved = (mark: Mark, dx: number, dy: number, size: Size): Mark => {
  const [low, high] = corners(mark.points);
  const last = mark.kind === "point" ? 1 : 0;
  const x = clamp(Math.round(dx), -low.x, size.width - last - high.x);
  const y = clamp(Math.round(dy), -low.y, size.height - last - high.y);
  return { ...mark, points: mark.points.map((point) => ({ x: point.x + x, y: point.y + y })) };
};

// The handles of a box: which corner gives its x and y, and which of the two a handle moves. 0 is left or upper, 1 right or lower.
const BOX_HANDLES: readonly { x?: 0 | 1; y?: 0 | 1 }[] = [
  { x: 0, y: 0 },
  { x: 1, y: 0 },
  { x: 1, y: 1 },
  { x: 0, y: 1 },
  { y: 0 },
  { x: 1 },
  { y: 1 },
  { x: 0 },
];

/** Return the points by which a mark can be changed: its own, for a box its corners, then the middles of its sides. */
export const handles = (mark: Mark): readonly Point[] => {
  if (mark.kind !== "box") return mark.points;
  const box = corners(mark.points);
  const middle = { x: (box[0].x + box[1].x) / 2, y: (box[0].y + box[1].y) / 2 };
  return BOX_HANDLES.map(({ x, y }) => ({ x: x === undefined ? middle.x : box[x].x, y: y === undefined ? middle.y : box[y].y }));
};

/** Return a mark with one of its handles moved to a point; a box that would lose its area stays as it is. */
export const reshaped = (mark: Mark, handle: number, to: Point, size: Size): Mark => {
  const at = snapped(mark.kind, to, size);
  if (mark.kind !== "box") return { ...mark, points: mark.points.map((point, index) => (index === handle ? at : point)) };
  const { x, y } = BOX_HANDLES[handle] ?? {};
  const points = mark.points.map((point, index) => ({ x: index === x ? at.x : point.x, y: index === y ? at.y : point.y }));
  const [low, high] = points as [Point, Point];
  return low.x < high.x && low.y < high.y ? { ...mark, points } : mark;
};

/** Return the sides of a shape, each as its two ends. */
export const sides = (kind: Kind, points: readonly Point[]): readonly (readonly [Point, Point])[] => {
  const around = kind === "box" ? boxPoints(points) : points;
  const ends = around.map((point, index) => [point, around[(index + 1) % around.length]!] as const);
  return kind === "box" || kind === "polygon" ? ends : ends.slice(0, -1);
};

const boxPoints = (points: readonly Point[]): readonly Point[] => {
  const [low, high] = corners(points);
  return [low, { x: high.x, y: low.y }, high, { x: low.x, y: high.y }];
};

/** Return whether a point lies on a mark's outline, within a distance. */
export const isOn = (mark: Mark, point: Point, within: number): boolean => {
  if (mark.kind === "point") return distance({ x: mark.points[0]!.x + 0.5, y: mark.points[0]!.y + 0.5 }, point) <= within;
  return sides(mark.kind, mark.points).some(([from, to]) => distanceToSegment(point, from, to) <= within);
};

/** Say a mark's place and size in words for a list. */
export const inWords = (mark: Mark): string => {
  const [low, high] = corners(mark.points);
  if (mark.kind === "point") return `${low.x}, ${low.y}`;
  if (mark.kind === "box") return `${high.x - low.x} × ${high.y - low.y} at ${low.x}, ${low.y}`;
  return `${mark.points.length} points from ${mark.points[0]!.x}, ${mark.points[0]!.y}`;
};
