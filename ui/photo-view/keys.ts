// A stage by keyboard: everything that a mouse can do.

import type { Stage } from "./stage";
import type { Tool } from "./tool";

/** What the keys do, for a list that the worker can open. */
export const KEYS: readonly (readonly [string, string])[] = [
  ["Arrows", "move the cursor, or the chosen mark, by one pixel; with Shift by ten"],
  ["Space", "set a point at the cursor: begins a mark, and ends it"],
  ["Enter", "end a polygon or a line"],
  ["Esc", "drop what is being drawn; let go of the chosen mark"],
  ["Alt + arrows, V", "move a corner or a point of the chosen mark; take the next one"],
  ["N, P", "choose the next, the previous mark"],
  ["Delete", "delete the chosen mark"],
  ["Ctrl + Z, Ctrl + Y", "undo, redo"],
  ["1 to 9", "choose a class; the chosen mark gets it while the photograph has the focus"],
  ["+ and -", "zoom at the cursor; the wheel zooms as well"],
  ["0, =", "show all of the photograph; show one pixel as one"],
  ["H", "move the photograph with the mouse, draw again"],
  ["I", "instructions"],
];

const ARROWS: Record<string, readonly [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

type Action = (stage: Stage, tool: Tool) => boolean;

const yes = (run: () => void): true => {
  run();
  return true;
};

const choose = (tool: Tool, step: number): boolean => {
  const ids = tool.entries.map((entry) => entry.id);
  if (!ids.length) return false;
  const at = tool.selected === undefined ? (step > 0 ? -1 : 0) : ids.indexOf(tool.selected);
  return yes(() => tool.select(ids[(at + step + ids.length) % ids.length]));
};

const zoomAtCursor = (stage: Stage, factor: number): true =>
  yes(() => {
    const { cursor, viewport } = stage;
    stage.zoom(factor, cursor && { x: (cursor.x + 0.5) * viewport.scale + viewport.x, y: (cursor.y + 0.5) * viewport.scale + viewport.y });
  });

/** What any photograph can do. */
const VIEW_ACTIONS: Record<string, (stage: Stage) => true> = {
  "+": (stage) => zoomAtCursor(stage, 1.25),
  "-": (stage) => zoomAtCursor(stage, 0.8),
  "0": (stage) => yes(() => stage.fit()),
  "=": (stage) => yes(() => stage.actualSize()),
};

const ACTIONS: Record<string, Action> = {
  " ": (stage, tool) => yes(() => (stage.cursor ? tool.act(stage.cursor) : stage.step(0, 0))),
  Enter: (_, tool) => tool.finish(),
  Escape: (_, tool) => tool.cancel(),
  Delete: (_, tool) => tool.remove(),
  Backspace: (_, tool) => tool.remove(),
  n: (_, tool) => choose(tool, 1),
  p: (_, tool) => choose(tool, -1),
  v: (_, tool) => tool.nextHandle(),
  h: (stage) => yes(() => (stage.panning = !stage.panning)),
  ...VIEW_ACTIONS,
};

const CTRL_ACTIONS: Record<string, Action> = {
  z: (_, tool) => yes(() => tool.undo()),
  y: (_, tool) => yes(() => tool.redo()),
  Z: (_, tool) => yes(() => tool.redo()),
};

const arrowOf = (event: KeyboardEvent): readonly [number, number] | undefined => {
  const arrow = ARROWS[event.key];
  const far = event.shiftKey ? 10 : 1;
  return arrow && [arrow[0] * far, arrow[1] * far];
};

const move = (stage: Stage, tool: Tool, event: KeyboardEvent): boolean => {
  const arrow = arrowOf(event);
  if (!arrow) return false;
  if (tool.nudge(...arrow, event.altKey)) return true;
  stage.step(...arrow);
  if (stage.cursor) tool.move(stage.cursor);
  return true;
};

const actionOf = (event: KeyboardEvent): Action | undefined => {
  const actions = event.ctrlKey || event.metaKey ? CTRL_ACTIONS : ACTIONS;
  return actions[event.key] ?? actions[event.key.toLowerCase()];
};

/** Without a tool the arrows move the photograph. */
const look = (stage: Stage, event: KeyboardEvent): boolean => {
  const arrow = arrowOf(event);
  if (arrow) return yes(() => stage.pan(-30 * arrow[0], -30 * arrow[1]));
  return !event.ctrlKey && !event.metaKey && VIEW_ACTIONS[event.key]?.(stage) === true;
};

/** Do what a key means for a stage; return whether it means something. */
export const pressKey = (stage: Stage, event: KeyboardEvent): boolean => {
  if (stage.state !== "shown") return false;
  const tool = stage.locked ? undefined : stage.tool;
  const done = tool ? move(stage, tool, event) || actionOf(event)?.(stage, tool) === true : look(stage, event);
  if (done) stage.draw();
  return done;
};
