// Painting classes onto the pixels of a photograph.

import { makeClasses, type Classes } from "./classes";
import { svgElement } from "./drawing";
import { clamp, type Point, type Size } from "./geometry";
import { colourArea, Mask, readColours, type Area } from "./mask";
import { fillRuns, readMaskDraft, writeRuns, type MaskDraft } from "./mask-draft";
import type { Entry, Tool } from "./tool";
import { toView, type Viewport } from "./viewport";

/** The tool that paints; `canvas` has the photograph's size and shows the mask over it. */
export class BrushTool implements Tool {
  changed: () => void = () => undefined;
  classes: Classes = makeClasses([]);
  mask = new Mask({ width: 1, height: 1 });
  /** The brush's radius in pixels of the photograph. */
  radius = 8;
  erasing = false;
  chosen = 0;

  private from: Point | undefined;
  private counts: Map<number, number> | undefined;
  private cursor: Point | undefined;
  /** What a mask of the photograph's size begins with; it may come before the photograph. */
  private start: ((mask: Mask) => void) | undefined;

  constructor(readonly canvas: HTMLCanvasElement) {}

  resize(size: Size): void {
    if (size.width === this.mask.size.width && size.height === this.mask.size.height) return;
    this.mask = new Mask(size);
    this.counts = undefined;
    this.canvas.width = size.width;
    this.canvas.height = size.height;
    this.radius = clamp(Math.round(Math.min(size.width, size.height) / 60), 2, 60);
    this.fillFromStart();
    this.changed();
  }

  /** Begin with the pixels of an earlier mask, RGBA of the photograph's size, in its colours. */
  begin(pixels: Uint8ClampedArray, colours: readonly string[]): void {
    this.beginWith((mask) => {
      if (pixels.length === 4 * mask.pixels.length) readColours(mask, pixels, colours);
    });
  }

  private beginWith(start: (mask: Mask) => void): void {
    this.start = start;
    this.fillFromStart();
    this.changed();
  }

  private fillFromStart(): void {
    this.start?.(this.mask);
    this.counts = undefined;
    this.show(this.whole);
  }

  writeDraft(): string {
    const draft: MaskDraft = { size: this.mask.size, labels: this.classes.labels, runs: writeRuns(this.mask.pixels) };
    return JSON.stringify(draft);
  }

  readDraft(text: string): void {
    const draft = readMaskDraft(text);
    if (!draft) return;
    this.adopt(draft.labels);
    this.beginWith((mask) => {
      if (mask.size.width === draft.size.width && mask.size.height === draft.size.height) fillRuns(mask.pixels, draft.runs, this.valuesOf(draft.labels));
    });
  }

  /** Called with the classes of a draft before it is painted: where the worker adds classes, they come back. */
  adopt: (labels: readonly string[]) => void = () => undefined;

  /** Return the values by which pixels have these classes now; 0 stands for no class. */
  private valuesOf(labels: readonly string[]): readonly number[] {
    return [0, ...labels.map((label) => this.classes.labels.indexOf(label) + 1)];
  }

  get version(): number {
    return this.mask.version;
  }

  get label(): string {
    return this.classes.labels[this.chosen] ?? "";
  }

  choose(label: string): void {
    this.chosen = Math.max(0, this.classes.labels.indexOf(label));
    this.erasing = false;
    this.changed();
  }

  /** Change the classes; what was painted keeps the class of its name, and goes with a name that goes. */
  setClasses(classes: Classes): void {
    const before = this.classes.labels;
    this.classes = classes;
    this.chosen = clamp(this.chosen, 0, Math.max(0, classes.labels.length - 1));
    const values = this.valuesOf(before);
    this.mask.pixels.forEach((value, at) => {
      if (value) this.mask.pixels[at] = values[value] ?? 0;
    });
    this.show(this.whole);
    this.counts = undefined;
    this.changed();
  }

  press(at: Point): void {
    this.from = at;
    this.paint(at);
  }

  move(at: Point): void {
    this.cursor = at;
    if (this.from) this.paint(at);
    this.changed();
  }

  release(): void {
    if (!this.from) return;
    this.from = undefined;
    this.mask.end();
    this.counts = undefined;
    this.changed();
  }

  /** By keyboard: the brush is put down, moved by the arrows, and lifted. */
  act(at: Point): void {
    if (this.from) this.release();
    else this.press(at);
  }

  private paint(at: Point): void {
    this.cursor = at;
    if (!this.classes.labels.length) return;
    const value = this.erasing ? 0 : this.chosen + 1;
    this.show(this.mask.stroke(this.from ?? at, at, this.radius, value));
    this.from = at;
    this.changed();
  }

  private get whole(): Area {
    return { left: 0, top: 0, right: this.mask.size.width, bottom: this.mask.size.height };
  }

  private show(area: Area): void {
    const width = area.right - area.left;
    const height = area.bottom - area.top;
    if (width < 1 || height < 1) return;
    const pixels = new ImageData(new Uint8ClampedArray(colourArea(this.mask, area, this.classes.colours)), width, height);
    this.canvas.getContext("2d")?.putImageData(pixels, area.left, area.top);
  }

  finish(): boolean {
    const painting = this.from !== undefined;
    this.release();
    return painting;
  }

  cancel(): boolean {
    if (!this.finish()) return false;
    return this.undo();
  }

  remove(): boolean {
    return false;
  }

  nextHandle(): boolean {
    return false;
  }

  /** Arrows move the cursor, never what was painted. */
  nudge(): boolean {
    return false;
  }

  undo(): boolean {
    this.finish();
    return this.repeat(this.mask.undo());
  }

  redo(): boolean {
    return this.repeat(this.mask.redo());
  }

  private repeat(done: boolean): boolean {
    if (done) this.show(this.whole);
    this.counts = undefined;
    this.changed();
    return done;
  }

  get canUndo(): boolean {
    return this.mask.canUndo;
  }

  get canRedo(): boolean {
    return this.mask.canRedo;
  }

  readonly selected = undefined;

  /** What was painted, class by class; counted when a stroke has ended, for a photograph has millions of pixels. */
  get entries(): readonly Entry[] {
    this.counts ??= this.mask.counts();
    const counts = this.counts;
    const painted = this.classes.labels.map((label, index) => ({ id: index + 1, label, count: counts.get(index + 1) ?? 0 }));
    return painted.filter(({ count }) => count > 0).map(({ id, label, count }) => ({ id, label, words: `${count.toLocaleString("en")} pixels` }));
  }

  select(id: number | undefined): void {
    if (id !== undefined) this.chosen = id - 1;
    this.changed();
  }

  delete(id: number): void {
    this.repeat(this.mask.replace(id, 0));
  }

  draw(svg: SVGSVGElement, viewport: Viewport): void {
    if (!this.cursor) return svg.replaceChildren();
    const { x, y } = toView(viewport, this.cursor);
    const ring = { cx: x, cy: y, r: this.radius * viewport.scale, fill: "none" };
    const colour = this.erasing ? "#1b2430" : (this.classes.colours[this.chosen] ?? "#1b2430");
    svg.replaceChildren(svgElement("circle", { ...ring, stroke: "#fff", "stroke-width": 3 }), svgElement("circle", { ...ring, stroke: colour, "stroke-width": 1.5 }));
  }

  /** Return the mask as a PNG in base64: a colour for each class, transparent where there is none. */
  png(): string {
    return this.canvas.toDataURL("image/png").replace(/^data:image\/png;base64,/, "");
  }
}
