// Points and distances, in pixels of the photograph unless a name says otherwise.

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

export const distance = (one: Point, other: Point): number => Math.hypot(one.x - other.x, one.y - other.y);

/** Return how far `point` is from the segment between two points. */
export const distanceToSegment = (point: Point, from: Point, to: Point): number => {
  const length2 = (to.x - from.x) ** 2 + (to.y - from.y) ** 2;
  if (length2 === 0) return distance(point, from);
  const along = ((point.x - from.x) * (to.x - from.x) + (point.y - from.y) * (to.y - from.y)) / length2;
  const at = clamp(along, 0, 1);
  return distance(point, { x: from.x + at * (to.x - from.x), y: from.y + at * (to.y - from.y) });
};

/** Return the nearest corner of pixels within a photograph: whole numbers from 0 to width and height. */
export const cornerWithin = (point: Point, size: Size): Point => ({
  x: clamp(Math.round(point.x), 0, size.width),
  y: clamp(Math.round(point.y), 0, size.height),
});

/** Return the pixel that a point lies in: whole numbers from 0 to width - 1 and height - 1. */
export const pixelWithin = (point: Point, size: Size): Point => ({
  x: clamp(Math.floor(point.x), 0, size.width - 1),
  y: clamp(Math.floor(point.y), 0, size.height - 1),
});
