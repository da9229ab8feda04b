// Marks as SVG, in the pixels of the view: lines keep their width at every zoom.

import type { Point } from "./geometry";
import { corners, handles, sides, type Kind, type Mark } from "./shapes";
import { toView, type Viewport } from "./viewport";

const SVG = "http://www.w3.org/2000/svg";

export const svgElement = (tag: string, properties: Record<string, string | number>, ...children: (Node | string)[]): SVGElement => {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(properties)) made.setAttribute(name, String(value));
  made.append(...children);
  return made;
};

/** A point means the middle of its pixel; every other mark is drawn along the edges of pixels. */
const shown = (kind: Kind, point: Point, viewport: Viewport): Point => toView(viewport, kind === "point" ? { x: point.x + 0.5, y: point.y + 0.5 } : point);

const outline = (kind: Kind, points: readonly Point[], viewport: Viewport): string =>
  sides(kind, points)
    .map(([from, to], index) => {
      const [a, b] = [toView(viewport, from), toView(viewport, to)];
      return `${index ? "" : `M${a.x} ${a.y}`}L${b.x} ${b.y}`;
    })
    .join("");

/** Draw a mark; `taken` is the handle that keys move, undefined for a mark that is not selected. */
export const drawMark = (mark: Mark, colour: string, viewport: Viewport, taken: number | undefined): SVGElement => {
  const selected = taken !== undefined;
  const group = svgElement("g", { class: selected ? "mark selected" : "mark", "data-id": mark.id });
  if (mark.kind === "point") group.append(...drawPoint(shown("point", mark.points[0]!, viewport), colour, selected));
  else group.append(...drawOutline(mark, colour, viewport));
  group.append(...drawTag(mark, colour, viewport));
  if (selected && mark.kind !== "point") group.append(...handles(mark).map((point, index) => drawHandle(toView(viewport, point), colour, index === taken)));
  return group;
};

const drawPoint = (at: Point, colour: string, selected: boolean): SVGElement[] => [
  svgElement("circle", { cx: at.x, cy: at.y, r: selected ? 8 : 6, fill: "none", stroke: "#fff", "stroke-width": 4 }),
  svgElement("circle", { cx: at.x, cy: at.y, r: selected ? 8 : 6, fill: "none", stroke: colour, "stroke-width": 2 }),
  svgElement("circle", { cx: at.x, cy: at.y, r: 1.5, fill: colour }),
];

const drawOutline = (mark: Mark, colour: string, viewport: Viewport): SVGElement[] => {
  const d = outline(mark.kind, mark.points, viewport);
  const closed = mark.kind === "box" || mark.kind === "polygon";
  // White under the colour: it is seen on every ground.
  return [
    svgElement("path", { d, fill: "none", stroke: "#fff", "stroke-width": 4, "stroke-opacity": 0.85 }),
    svgElement("path", { d, fill: closed ? colour : "none", "fill-opacity": 0.12, stroke: colour, "stroke-width": 2 }),
  ];
};

const drawTag = (mark: Mark, colour: string, viewport: Viewport): SVGElement[] => {
  const at = shown(mark.kind, corners(mark.points)[0], viewport);
  const up = mark.kind === "point" ? 10 : 5;
  const text = { x: at.x + (mark.kind === "point" ? 9 : 0), y: at.y - up, "font-size": 13, "font-weight": 600, "paint-order": "stroke" };
  return [svgElement("text", { ...text, fill: colour, stroke: "#fff", "stroke-width": 4, "stroke-linejoin": "round" }, mark.label)];
};

const drawHandle = (at: Point, colour: string, taken = false): SVGElement =>
  svgElement("rect", { x: at.x - 4, y: at.y - 4, width: 8, height: 8, fill: taken ? colour : "#fff", stroke: colour, "stroke-width": 2, class: "handle" });

/** Draw what is not whole yet. */
export const drawDraft = (kind: Kind, points: readonly Point[], colour: string, viewport: Viewport): SVGElement => {
  const group = svgElement("g", { class: "draft" });
  const open = kind === "polygon" ? "polyline" : kind;
  const d = outline(open, points, viewport);
  group.append(
    svgElement("path", { d, fill: "none", stroke: "#fff", "stroke-width": 4 }),
    svgElement("path", { d, fill: "none", stroke: colour, "stroke-width": 2, "stroke-dasharray": "6 3" }),
    ...points.map((point) => drawHandle(toView(viewport, point), colour)),
  );
  return group;
};

/** Draw the keyboard's cursor: a cross that leaves its pixel free. */
export const drawCursor = (at: Point, viewport: Viewport): SVGElement => {
  const { x, y } = toView(viewport, { x: at.x + 0.5, y: at.y + 0.5 });
  const d = `M${x - 16} ${y}h11M${x + 5} ${y}h11M${x} ${y - 16}v11M${x} ${y + 5}v11`;
  const group = svgElement("g", { class: "cursor" });
  group.append(svgElement("path", { d, stroke: "#fff", "stroke-width": 4 }), svgElement("path", { d, stroke: "#1b2430", "stroke-width": 1.5 }));
  return group;
};
