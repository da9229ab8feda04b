// What the stage of a photograph asks of whatever draws on it. Points are in the photograph's pixels, not rounded.

import type { Classes } from "./classes";
import type { Point, Size } from "./geometry";
import type { Viewport } from "./viewport";

/** One entry of the list of what was drawn. */
export interface Entry {
  readonly id: number;
  readonly label: string;
  readonly words: string;
}

export interface Tool {
  /** A pointer went down at a point; `within` is how near counts as on it. */
  press(at: Point, within: number): void;
  move(at: Point): void;
  /** The pointer went up; `dragged` says whether it moved noticeably since it went down. */
  release(at: Point, dragged: boolean): void;
  /** The key that stands for a click at the keyboard's cursor. */
  act(at: Point): void;
  /** End what is being drawn; return whether there was something to end. */
  finish(): boolean;
  cancel(): boolean;
  /** Delete what is selected; return whether something was. */
  remove(): boolean;
  /** Take the next handle of what is selected; return whether something is. */
  nextHandle(): boolean;
  /** Move what is selected by pixels, or the handle that is taken; return whether something was selected. */
  nudge(dx: number, dy: number, resize: boolean): boolean;
  undo(): boolean;
  redo(): boolean;
  readonly canUndo: boolean;
  readonly canRedo: boolean;

  readonly entries: readonly Entry[];
  readonly selected: number | undefined;
  select(id: number | undefined): void;
  delete(id: number): void;

  /** Draw into an SVG of the view's size what there is to see at a viewport. */
  draw(svg: SVGSVGElement, viewport: Viewport): void;
  /** The photograph is there, and so large. */
  resize(size: Size): void;
  readonly classes: Classes;
  /** The class that is drawn next. */
  readonly label: string;
  setClasses(classes: Classes): void;
  /** Choose the class of what is drawn next, and of what is selected. */
  choose(label: string): void;
  /** Another number whenever what was drawn has changed. */
  readonly version: number;
  /** Return what was drawn as a text, to be taken up again after a reload. */
  writeDraft(): string;
  /** Begin with what such a text says; what it says nothing of is gone. One that is no such text is left alone. */
  readDraft(text: string): void;
  /** Called when there is something else to show. */
  changed: () => void;
}
