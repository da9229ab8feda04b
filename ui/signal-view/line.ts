// The line of a channel on a canvas: a column of pixels from the lowest to the highest value where points are dense, else
// a stroke. A browser without a graphics card strokes a zigzag of a thousand points in 20 ms, and fills as many columns in one.
import { firstAtLeast, type Series } from "./series";

/** Where on a canvas a range of time and of values is drawn; lengths in the canvas's own pixels. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
  from: number;
  to: number;
  lowest: number;
  highest: number;
}

/** For each column of an area how far down the line begins and ends there: infinities where there is no line. */
export interface Columns {
  upper: Float32Array;
  lower: Float32Array;
}

// Below so many pixels from point to point the single strokes are not told apart.
const STROKE_PIXELS = 1;
// From so many on the strokes are few enough to be made as wide as they are, instead of by some of one pixel.
const WIDE_PIXELS = 3;
const DOT_PIXELS = 10;
const DOT_RADIUS = 2;
const LINE_WIDTH = 1.25;

/** Draw a series; `ratio` is how many of the canvas's pixels are one of the page's. */
export const drawLine = (pen: CanvasRenderingContext2D, series: Series, place: Area, colour: string, ratio: number): void => {
  const area = wholePixels(place);
  const [first, end] = inView(series, area);
  const spacing = area.width / ratio / Math.max(1, end - first - 2);
  pen.save();
  pen.beginPath();
  pen.rect(area.left, area.top, area.width, area.height);
  pen.clip();
  pen.translate(area.left, area.top);
  pen.strokeStyle = pen.fillStyle = colour;
  if (spacing < STROKE_PIXELS) fillColumns(pen, columnsOf(series, area), LINE_WIDTH * ratio);
  else stroke(pen, pointsIn(series, area, first, end), ratio, spacing);
  pen.restore();
};

/** Columns that lie between two pixels would be drawn as two pale ones. */
const wholePixels = ({ left, top, width, height, ...ranges }: Area): Area =>
  ({ left: Math.round(left), top: Math.round(top), width: Math.round(width), height: Math.round(height), ...ranges });

/** Return which points are drawn, from the first up to, not including, the second: those in view and a neighbour at either side. */
const inView = ({ x }: Series, { from, to }: Area): [number, number] =>
  [Math.max(0, firstAtLeast(x, from) - 1), Math.min(x.length, firstAtLeast(x, to) + 2)];

/** Return what the line covers in each column of an area, whose width is a whole number. */
export const columnsOf = (series: Series, area: Area): Columns => {
  const { width, height, from, highest } = area;
  const found: Columns = { upper: new Float32Array(width).fill(Infinity), lower: new Float32Array(width).fill(-Infinity) };
  const [across, down] = [width / (area.to - from), height / (highest - area.lowest)];
  const [first, end] = inView(series, area);
  let [lastX, lastY] = [NaN, NaN];
  for (let at = first; at < end; at += 1) {
    const [x, y] = [(series.x[at]! - from) * across, (highest - series.y[at]!) * down];
    cover(found, Math.floor(x), y);
    cross(found, lastX, lastY, x, y);
    [lastX, lastY] = [x, y];
  }
  return found;
};

/** Cover a place in a column; NaN and what lies beside the area leave it as it is. */
const cover = ({ upper, lower }: Columns, column: number, y: number): void => {
  if (y < upper[column]!) upper[column] = y;
  if (y > lower[column]!) lower[column] = y;
};

/** Cover where a line from point to point passes from a column into the next. */
const cross = (columns: Columns, x: number, y: number, nextX: number, nextY: number): void => {
  const end = Math.min(columns.upper.length, Math.floor(nextX));
  for (let border = Math.max(0, Math.floor(x) + 1); border <= end; border += 1) {
    const between = y + ((border - x) / (nextX - x)) * (nextY - y);
    cover(columns, border - 1, between);
    cover(columns, border, between);
  }
};

const fillColumns = (pen: CanvasRenderingContext2D, { upper, lower }: Columns, thick: number): void => {
  // On fine screens a line that is one column wide would be thinner than one that is flat.
  const aside = Math.round((thick - 1) / 2);
  for (let column = 0; column < upper.length; column += 1) {
    const height = lower[column]! - upper[column]! + thick;
    if (height > 0) pen.fillRect(column - aside, upper[column]! - thick / 2, 1 + 2 * aside, height);
  }
};

interface Point {
  x: number;
  y: number;
}

const pointsIn = ({ x, y }: Series, area: Area, first: number, end: number): Point[] => {
  const [across, down] = [area.width / (area.to - area.from), area.height / (area.highest - area.lowest)];
  return Array.from({ length: end - first }, (_, at) => ({ x: (x[first + at]! - area.from) * across, y: (area.highest - y[first + at]!) * down }));
};

const stroke = (pen: CanvasRenderingContext2D, points: readonly Point[], ratio: number, spacing: number): void => {
  const path = new Path2D();
  points.forEach(({ x, y }, at) => {
    if (isThere(points[at - 1])) path.lineTo(x, y);
    else path.moveTo(x, y);
  });
  if (spacing < WIDE_PIXELS) strokeByHairs(pen, path, LINE_WIDTH * ratio);
  else strokeWide(pen, path, LINE_WIDTH * ratio);
  const dotted = spacing >= DOT_PIXELS;
  // A sample alone between gaps is no line, but it is there.
  const dots = points.filter((point, at) => isThere(point) && (dotted || !(isThere(points[at - 1]) || isThere(points[at + 1]))));
  drawDots(pen, dots, ratio);
};

const strokeWide = (pen: CanvasRenderingContext2D, path: Path2D, thick: number): void => {
  pen.lineWidth = thick;
  pen.lineJoin = "round";
  pen.stroke(path);
};

/** Stroke by lines of one pixel, which have no outlines to be computed, beside each other. */
const strokeByHairs = (pen: CanvasRenderingContext2D, path: Path2D, thick: number): void => {
  const hairs = Math.max(2, Math.ceil(thick));
  pen.lineWidth = 1;
  for (let hair = 0; hair < hairs; hair += 1) {
    const aside = (hair / (hairs - 1) - 0.5) * (thick - 1);
    pen.save();
    pen.translate(aside, aside);
    pen.stroke(path);
    pen.restore();
  }
};

const isThere = (point?: Point): boolean => point !== undefined && !Number.isNaN(point.y);

const drawDots = (pen: CanvasRenderingContext2D, dots: readonly Point[], ratio: number): void => {
  const radius = DOT_RADIUS * ratio;
  pen.lineWidth = ratio;
  pen.fillStyle = "#fff";
  pen.beginPath();
  for (const { x, y } of dots) {
    pen.moveTo(x + radius, y);
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  }
  pen.fill();
  pen.stroke();
};
