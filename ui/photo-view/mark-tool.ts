// Drawing, choosing, moving and reshaping marks.

import { colourOf, makeClasses, type Classes } from "./classes";
import { drawDraft, drawMark } from "./drawing";
import { distance, type Point, type Size } from "./geometry";
import { History } from "./history";
import { handles, inWords, isOn, isWhole, moved, MOST, reshaped, settled, snapped, type Kind, type Mark } from "./shapes";
import { readMarks, writeMarks } from "./mark-draft";
import type { Entry, Tool } from "./tool";
import type { Viewport } from "./viewport";

/** What a pointer holds between down and up. */
type Grip = { readonly kind: "handle"; readonly mark: Mark; readonly handle: number } | { readonly kind: "body"; readonly mark: Mark; readonly from: Point };

/** The tool for one kind of mark; `label` is the class that the next mark gets. */
export class MarkTool implements Tool {
  changed: () => void = () => undefined;
  classes: Classes = makeClasses([]);
  selected: number | undefined;

  private history = new History<readonly Mark[]>([]);
  private size: Size = { width: 1, height: 1 };
  private chosen = "";
  private draft: readonly Point[] = [];
  private undone: Point[] = [];
  private grip: Grip | undefined;
  private held: Mark | undefined;
  private last = 0;

  /** `kind` is what is drawn next; marks of other kinds stay. */
  constructor(public kind: Kind) {}

  get marks(): readonly Mark[] {
    const held = this.held;
    return held ? this.history.now.map((mark) => (mark.id === held.id ? held : mark)) : this.history.now;
  }

  /** Begin with marks that cannot be undone; their ids are given anew. */
  begin(marks: readonly Omit<Mark, "id">[]): void {
    this.history = new History<readonly Mark[]>(marks.map((mark) => ({ ...mark, id: ++this.last, points: settled(mark.kind, mark.points) })));
    this.drop();
    this.changed();
  }

  get version(): number {
    return this.history.version;
  }

  writeDraft(): string {
    return writeMarks(this.history.now);
  }

  readDraft(text: string): void {
    const marks = readMarks(text);
    if (marks) this.begin(marks);
  }

  get label(): string {
    return this.chosen;
  }

  choose(label: string): void {
    this.chosen = label;
    const mark = this.chosenMark;
    if (mark && mark.label !== label) this.put({ ...mark, label });
    this.changed();
  }

  /** Change the classes; marks of a class that goes stay as they are. */
  setClasses(classes: Classes): void {
    this.classes = classes;
    if (!classes.labels.includes(this.chosen)) this.chosen = classes.labels[0] ?? "";
    this.changed();
  }

  resize(size: Size): void {
    this.size = size;
    this.changed();
  }

  press(at: Point, within: number): void {
    if (!this.draft.length) this.grip = this.gripAt(at, within);
    if (this.grip) this.select(this.grip.mark.id);
    else if (this.draft.length) this.move(at);
    else this.start(at);
  }

  move(at: Point): void {
    const grip = this.grip;
    if (grip) {
      const dragged = grip.kind === "handle" ? reshaped(grip.mark, grip.handle, at, this.size) : moved(grip.mark, at.x - grip.from.x, at.y - grip.from.y, this.size);
      this.held = dragged;
    } else if (this.draft.length) this.draft = [...this.draft.slice(0, -1), snapped(this.kind, at, this.size)];
    else return;
    this.changed();
  }

  release(at: Point, dragged: boolean): void {
    if (this.grip) this.letGo(dragged);
    else if (this.draft.length > 1 && (dragged || !this.isFresh)) this.commit(at);
    this.isFresh = false;
  }

  /** Whether the press that goes on has begun the draft: then its release without a drag is no second point. */
  private isFresh = false;

  private letGo(dragged: boolean): void {
    const held = this.held;
    this.grip = this.held = undefined;
    if (held && dragged) this.put(held);
    this.changed();
  }

  act(at: Point): void {
    if (this.draft.length) this.commit(at);
    else this.start(at);
    this.isFresh = false;
  }

  private start(at: Point): void {
    const point = snapped(this.kind, at, this.size);
    this.select(undefined);
    this.isFresh = true;
    if (this.kind === "point") this.add([point]);
    else this.draft = [point, point];
    this.changed();
  }

  /** Settle the point that hangs on the pointer: the shape is whole, or goes on with another. */
  private commit(at: Point): void {
    this.move(at);
    const placed = this.draft.slice(0, -1);
    const point = this.draft.at(-1)!;
    this.undone = [];
    if (this.draft.length >= MOST[this.kind]) {
      if (isWhole(this.kind, this.draft)) this.add(this.draft);
    } else if (placed.length > 1 && this.closes(point, placed)) this.add(placed);
    else if (distance(point, placed.at(-1)!) > 0) this.draft = [...this.draft, point];
    this.changed();
  }

  /** A polygon ends where it began, every shape that goes on where its last point is clicked again. */
  private closes(point: Point, placed: readonly Point[]): boolean {
    const near = this.within;
    return isWhole(this.kind, placed) && ((this.kind === "polygon" && distance(point, placed[0]!) <= near) || distance(point, placed.at(-1)!) === 0);
  }

  /** How near, in pixels of the photograph, counts as on a point; the stage sets it with every drawing. */
  private within = 0;

  finish(): boolean {
    if (!this.draft.length) return false;
    const placed = this.draft.slice(0, -1);
    const points = isWhole(this.kind, placed) && MOST[this.kind] === Infinity ? placed : this.draft;
    if (isWhole(this.kind, points)) this.add(points);
    this.changed();
    return true;
  }

  cancel(): boolean {
    const had = this.draft.length > 0 || this.selected !== undefined;
    this.drop();
    this.changed();
    return had;
  }

  private drop(): void {
    this.draft = [];
    this.undone = [];
    this.grip = this.held = this.selected = undefined;
  }

  private add(points: readonly Point[]): void {
    const mark = { id: ++this.last, kind: this.kind, label: this.chosen, points: settled(this.kind, points) };
    this.history.go([...this.history.now, mark]);
    this.drop();
    this.select(mark.id);
  }

  private put(mark: Mark): void {
    this.history.go(this.history.now.map((other) => (other.id === mark.id ? mark : other)));
  }

  private get chosenMark(): Mark | undefined {
    return this.marks.find((mark) => mark.id === this.selected);
  }

  private gripAt(at: Point, within: number): Grip | undefined {
    const chosen = this.chosenMark;
    const handle = chosen && chosen.kind !== "point" ? handles(chosen).findIndex((point) => distance(point, at) <= within) : -1;
    if (chosen && handle >= 0) return { kind: "handle", mark: chosen, handle };
    const mark = [...this.marks].reverse().find((other) => isOn(other, at, within));
    return mark && { kind: "body", mark, from: at };
  }

  remove(): boolean {
    if (this.selected === undefined) return false;
    this.delete(this.selected);
    return true;
  }

  delete(id: number): void {
    this.history.go(this.history.now.filter((mark) => mark.id !== id));
    if (this.selected === id) this.selected = undefined;
    this.changed();
  }

  nextHandle(): boolean {
    const mark = this.chosenMark;
    if (!mark) return false;
    this.handle = (this.handleOf(mark) + 1) % handles(mark).length;
    this.changed();
    return true;
  }

  /** The handle that keys move: the right lower corner of a box, else the last point, until another is taken. */
  private handle: number | undefined;

  private handleOf(mark: Mark): number {
    return Math.min(this.handle ?? (mark.kind === "box" ? 2 : Infinity), handles(mark).length - 1);
  }

  nudge(dx: number, dy: number, resize: boolean): boolean {
    const mark = this.chosenMark;
    if (!mark || this.draft.length) return false;
    const taken = this.handleOf(mark);
    const at = handles(mark)[taken]!;
    this.put(resize ? reshaped(mark, taken, { x: at.x + dx, y: at.y + dy }, this.size) : moved(mark, dx, dy, this.size));
    this.changed();
    return true;
  }

  /** Undo the last change, or the last point of the shape that is being drawn. */
  undo(): boolean {
    const done = this.draft.length ? this.undoPoint() : this.history.undo();
    this.keepSelection();
    this.changed();
    return done;
  }

  private undoPoint(): boolean {
    const placed = this.draft.slice(0, -1);
    this.undone.push(placed.at(-1)!);
    this.draft = placed.length > 1 ? [...placed.slice(0, -1), this.draft.at(-1)!] : [];
    return true;
  }

  redo(): boolean {
    const point = this.draft.length ? this.undone.pop() : undefined;
    const done = point ? Boolean((this.draft = [...this.draft.slice(0, -1), point, this.draft.at(-1)!])) : !this.draft.length && this.history.redo();
    this.keepSelection();
    this.changed();
    return done;
  }

  private keepSelection(): void {
    if (!this.chosenMark) this.selected = undefined;
  }

  get canUndo(): boolean {
    return this.draft.length > 0 || this.history.canUndo;
  }

  get canRedo(): boolean {
    return this.draft.length ? this.undone.length > 0 : this.history.canRedo;
  }

  get entries(): readonly Entry[] {
    return this.marks.map((mark) => ({ id: mark.id, label: mark.label, words: inWords(mark) }));
  }

  select(id: number | undefined): void {
    if (id !== this.selected) this.handle = undefined;
    this.selected = id;
    const mark = this.chosenMark;
    if (mark) this.chosen = mark.label;
    this.changed();
  }

  draw(svg: SVGSVGElement, viewport: Viewport): void {
    this.within = 10 / viewport.scale;
    const shown = this.marks.map((mark) => drawMark(mark, colourOf(this.classes, mark.label), viewport, mark.id === this.selected ? this.handleOf(mark) : undefined));
    const draft = this.draft.length ? [drawDraft(this.kind, this.draft, colourOf(this.classes, this.chosen), viewport)] : [];
    svg.replaceChildren(...shown, ...draft);
  }
}
