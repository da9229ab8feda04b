// The worker's own keys, and the commands that concern the page around the task.

import { publishKeys } from "../keycaps";
import { commandOf, keyOf, readKeys, WRITES, type ChosenKeys, type Command } from "../keys";
import { around } from "../around";
import { tellPage } from "../messages";

/** Carried out by the page around the task. */
const OF_THE_PAGE = new Set(["back", "decline", "keys"]);

let chosen: ChosenKeys = {};
let passing = false;

/** Press the key that the elements know instead of the one that the worker chose for it. */
const pressInstead = (target: Element, key: string, repeat: boolean): void => {
  passing = true;
  try {
    target.dispatchEvent(new KeyboardEvent("keydown", { key, repeat, bubbles: true, composed: true, cancelable: true }));
  } finally {
    passing = false;
  }
};

const stop = (event: KeyboardEvent): void => {
  event.preventDefault();
  event.stopImmediatePropagation();
};

const carryOut = (event: KeyboardEvent, target: Element, command: Command, key: string): void => {
  if (command.key === key) return;
  stop(event);
  pressInstead(target, command.key, event.repeat);
};

/** Before any other script hears of it, a key becomes the one that is meant by it. */
const translate = (event: KeyboardEvent): void => {
  const target = event.composedPath()[0];
  const key = keyOf(event);
  if (passing || !key || !(target instanceof Element) || target.matches(WRITES)) return;
  const command = commandOf(chosen, key);
  if (command === "unused") event.stopImmediatePropagation();
  else if (command && !OF_THE_PAGE.has(command.name)) carryOut(event, target, command, key);
};

/** Return the element that a key was pressed at, unless it writes there or was meant for something else. */
const pressedAt = (event: KeyboardEvent): Element | undefined => {
  const target = event.composedPath()[0];
  return !event.defaultPrevented && !passing && target instanceof Element && !target.matches(WRITES) ? target : undefined;
};

/** After every other script: a template may use these keys itself. */
const tellCommand = (event: KeyboardEvent): void => {
  const key = keyOf(event);
  const command = key && pressedAt(event) ? commandOf(chosen, key) : undefined;
  if (typeof command !== "object" || !OF_THE_PAGE.has(command.name)) return;
  event.preventDefault();
  // A key that is held down would decline items that nobody has seen yet, or go back through all of them.
  if (!event.repeat) tellPage("tracemark-command", { command: command.name });
};

export const hearKeys = (): void => {
  window.addEventListener("keydown", translate, { capture: true });
  window.addEventListener("keydown", tellCommand);
  window.addEventListener("message", (event: MessageEvent<{ kind?: string; keys?: unknown } | null>) => {
    if (event.source !== around || event.data?.kind !== "tracemark-keys") return;
    chosen = readKeys(event.data.keys);
    publishKeys(chosen);
  });
  tellPage("tracemark-keys-wanted");
};
