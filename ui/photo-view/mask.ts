// A class for each pixel of a photograph, painted by strokes that can be undone.

import type { Point, Size } from "./geometry";
import { History } from "./history";

/** A rectangle of pixels, right and lower edges left out. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Patch {
  readonly area: Area;
  readonly before: Uint8Array;
  readonly after: Uint8Array;
}

/** The most classes: a pixel is one byte, and 0 is for no class. */
export const MOST_CLASSES = 255;

export class Mask {
  /** Row by row, one byte a pixel: 0 for no class. */
  readonly pixels: Uint8Array;
  private history = new History<number>(0);
  private patches: Patch[] = [];
  private before: Uint8Array | undefined;
  private touched: Area | undefined;

  constructor(readonly size: Size) {
    this.pixels = new Uint8Array(size.width * size.height);
  }

  /** Paint a round stroke between two points with a value (0 wipes); `radius` is in pixels. Return what may have changed. */
  stroke(from: Point, to: Point, radius: number, value: number): Area {
    this.before ??= this.pixels.slice();
    const area = this.clip({
      left: Math.floor(Math.min(from.x, to.x) - radius),
      top: Math.floor(Math.min(from.y, to.y) - radius),
      right: Math.ceil(Math.max(from.x, to.x) + radius) + 1,
      bottom: Math.ceil(Math.max(from.y, to.y) + radius) + 1,
    });
    for (let y = area.top; y < area.bottom; y++) this.strokeRow(y, area, from, to, radius, value);
    this.touched = this.touched ? around(this.touched, area) : area;
    return area;
  }

  /** A pixel is painted when its middle lies within the radius of the stroke's line. */
  private strokeRow(y: number, area: Area, from: Point, to: Point, radius: number, value: number): void {
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length2 = dx * dx + dy * dy || 1;
    for (let x = area.left; x < area.right; x++) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y];
      const along = Math.min(Math.max((px * dx + py * dy) / length2, 0), 1);
      if ((px - along * dx) ** 2 + (py - along * dy) ** 2 <= radius * radius) this.pixels[y * this.size.width + x] = value;
    }
  }

  private clip(area: Area): Area {
    const { width, height } = this.size;
    return { left: Math.max(0, area.left), top: Math.max(0, area.top), right: Math.min(width, area.right), bottom: Math.min(height, area.bottom) };
  }

  /** End a stroke: it becomes one step of undo. Return whether any pixel changed. */
  end(): boolean {
    const [before, area] = [this.before, this.touched];
    this.before = this.touched = undefined;
    if (!before || !area) return false;
    const patch = { area, before: this.cut(before, area), after: this.cut(this.pixels, area) };
    if (patch.before.every((value, index) => value === patch.after[index])) return false;
    this.patches.length = this.history.now;
    this.patches.push(patch);
    this.history.go(this.patches.length);
    return true;
  }

  /** Change every pixel of one value into another as a step of its own. */
  replace(from: number, to: number): boolean {
    this.before = this.pixels.slice();
    this.pixels.forEach((value, index) => {
      if (value === from) this.pixels[index] = to;
    });
    this.touched = { left: 0, top: 0, right: this.size.width, bottom: this.size.height };
    return this.end();
  }

  undo(): boolean {
    const at = this.history.now;
    return this.history.undo() && this.paste(this.patches[at - 1]!, "before");
  }

  redo(): boolean {
    return this.history.redo() && this.paste(this.patches[this.history.now - 1]!, "after");
  }

  get version(): number {
    return this.history.version;
  }

  get canUndo(): boolean {
    return this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.history.canRedo;
  }

  /** Return how many pixels have each value. */
  counts(): Map<number, number> {
    const found = new Uint32Array(MOST_CLASSES + 1);
    for (const value of this.pixels) found[value]!++;
    return new Map([...found.entries()].filter(([, count]) => count > 0));
  }

  private cut(pixels: Uint8Array, area: Area): Uint8Array {
    const width = area.right - area.left;
    const cut = new Uint8Array(width * (area.bottom - area.top));
    for (let y = area.top; y < area.bottom; y++) {
      const start = y * this.size.width + area.left;
      cut.set(pixels.subarray(start, start + width), (y - area.top) * width);
    }
    return cut;
  }

  private paste(patch: Patch, side: "before" | "after"): true {
    const { area } = patch;
    const width = area.right - area.left;
    for (let y = area.top; y < area.bottom; y++) {
      const row = patch[side].subarray((y - area.top) * width, (y - area.top + 1) * width);
      this.pixels.set(row, y * this.size.width + area.left);
    }
    return true;
  }
}

const around = (one: Area, other: Area): Area => ({
  left: Math.min(one.left, other.left),
  top: Math.min(one.top, other.top),
  right: Math.max(one.right, other.right),
  bottom: Math.max(one.bottom, other.bottom),
});

/** Return `#rrggbb` as the three bytes of a pixel. */
export const bytesOf = (colour: string): readonly [number, number, number] => {
  const number = Number.parseInt(colour.slice(1), 16);
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
};

/** Return an area's pixels as RGBA, each in the colour of its value (1 is the first colour), 0 transparent. */
export const colourArea = (mask: Mask, area: Area, colours: readonly string[]): Uint8ClampedArray => {
  const width = area.right - area.left;
  const rgba = new Uint8ClampedArray(width * (area.bottom - area.top) * 4);
  const bytes = colours.map(bytesOf);
  for (let y = area.top, at = 0; y < area.bottom; y++) {
    for (let x = area.left; x < area.right; x++, at += 4) {
      const found = bytes[mask.pixels[y * mask.size.width + x]! - 1];
      if (found) rgba.set([found[0], found[1], found[2], 255], at);
    }
  }
  return rgba;
};

/** Fill a mask from RGBA pixels of its size: each takes the class of its exact colour; others stay without. */
export const readColours = (mask: Mask, rgba: Uint8ClampedArray, colours: readonly string[]): void => {
  const values = new Map(colours.map((colour, index) => [Number.parseInt(colour.slice(1), 16), index + 1]));
  for (let at = 0; at < mask.pixels.length; at++) {
    const [red, green, blue, alpha] = [rgba[4 * at]!, rgba[4 * at + 1]!, rgba[4 * at + 2]!, rgba[4 * at + 3]!];
    mask.pixels[at] = alpha ? (values.get((red << 16) | (green << 8) | blue) ?? 0) : 0;
  }
};
