// Which part of a photograph is seen, and how large.

import { clamp, type Point, type Size } from "./geometry";

/** A point of the view is `scale` times the point of the photograph, plus (x, y); the view's unit is the CSS pixel. */
export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** One pixel of the photograph fills at most so many of the screen. */
export const LARGEST_SCALE = 64;

/** Return the viewport that shows all of a photograph, in the middle of the view and not enlarged beyond `most`. */
export const fit = (photo: Size, view: Size, most = LARGEST_SCALE): Viewport => {
  const scale = Math.min(view.width / photo.width, view.height / photo.height, most);
  return { scale, x: (view.width - photo.width * scale) / 2, y: (view.height - photo.height * scale) / 2 };
};

export const toPhoto = (viewport: Viewport, point: Point): Point => ({
  x: (point.x - viewport.x) / viewport.scale,
  y: (point.y - viewport.y) / viewport.scale,
});

export const toView = (viewport: Viewport, point: Point): Point => ({
  x: point.x * viewport.scale + viewport.x,
  y: point.y * viewport.scale + viewport.y,
});

/** Return the viewport after zooming by `factor`: what is at the point `at` of the view stays there. */
export const zoomAt = (viewport: Viewport, at: Point, factor: number, smallest: number): Viewport => {
  const scale = clamp(viewport.scale * factor, Math.min(smallest, LARGEST_SCALE), LARGEST_SCALE);
  const kept = toPhoto(viewport, at);
  return { scale, x: at.x - kept.x * scale, y: at.y - kept.y * scale };
};

/** Return the viewport after moving the photograph; some of it stays in the view. */
export const pan = (viewport: Viewport, dx: number, dy: number, photo: Size, view: Size): Viewport => {
  const margin = 40;
  const x = clamp(viewport.x + dx, margin - photo.width * viewport.scale, view.width - margin);
  const y = clamp(viewport.y + dy, margin - photo.height * viewport.scale, view.height - margin);
  return { ...viewport, x, y };
};

/** Return the viewport moved just so far that a point of the photograph is seen. */
export const revealing = (viewport: Viewport, point: Point, view: Size): Viewport => {
  const margin = Math.min(30, view.width / 4, view.height / 4);
  const at = toView(viewport, point);
  const dx = clamp(at.x, margin, view.width - margin) - at.x;
  const dy = clamp(at.y, margin, view.height - margin) - at.y;
  return { ...viewport, x: viewport.x + dx, y: viewport.y + dy };
};
