// The page around a task.

import { COMMANDS, commandOf, keyFor, keyOf, WRITES } from "../keys";
import type { Json } from "../json";
import { KeysDialog } from "./keys-dialog";
import { Loop } from "./loop";
import { Page } from "./page";
import { Server } from "./server";
import { TaskFrame } from "./task-frame";
import { viewOf } from "./view";
import { WorkerKeys } from "./worker-keys";

interface Message {
  readonly kind?: string;
  readonly nonce?: unknown;
  readonly answers?: Json;
  readonly command?: string;
  readonly key?: string;
}

const element = document.querySelector<HTMLIFrameElement>("#task")!;
const page = new Page();
const loop = new Loop(new TaskFrame(element, viewOf(element, document.getElementById("what")!.textContent)), page, new Server(element.dataset["token"]!));
const keys = new WorkerKeys(element.dataset["worker"]!, localStorage, () => showKeys());
const dialog = new KeysDialog(keys, () => loop.shown.focus());

const COMMANDS_OF_THE_PAGE: Record<string, () => void> = {
  back: () => void loop.back(),
  decline: () => void loop.decline(),
  keys: () => { dialog.open(); },
};

const showKeys = (): void => {
  for (const button of document.querySelectorAll<HTMLElement>("button[data-command]")) {
    const command = COMMANDS.find(({ name }) => name === button.dataset["command"])!;
    const key = keyFor(keys.chosen, command);
    button.setAttribute("aria-keyshortcuts", key);
    button.querySelector("kbd")?.replaceChildren(key);
  }
  loop.shown.tell("tracemark-keys", { keys: keys.chosen });
};

let askedAt = -Infinity;

/**
 * Return whether the worker has just touched the task. One who reads a window of confirm() for long has as well, but the
 * browser does not count that: the frame says so, which is believed once this page was touched at all.
 */
const isTouched = (): boolean => {
  const activation = navigator.userActivation as UserActivation | undefined;
  const { isActive = true, hasBeenActive = true } = activation ?? {};
  return isActive || (hasBeenActive && performance.now() - askedAt < 5000);
};

/** A script in the task must not answer by itself: a key or the mouse was touched within the last few seconds. */
const takeAnswers = (frame: TaskFrame, answers: Json): void => {
  if (frame === loop.shown && isTouched()) void loop.submit(answers);
  else frame.refuse("Please look at the task, then submit it.");
};

/** A key that no task takes now: it gives a command of the page, or is lost, which the page says. */
const pressAtPage = (key: string): void => {
  const command = commandOf(keys.chosen, key);
  const act = typeof command === "object" ? COMMANDS_OF_THE_PAGE[command.name] : undefined;
  if (act) act();
  else loop.lose();
};

const HEARD: Record<string, (frame: TaskFrame, message: Message) => void> = {
  "tracemark-ready": (frame) => { loop.ready(frame); },
  "tracemark-spoiled": (frame) => { frame.isSpoiled = true; },
  "tracemark-keys-wanted": (frame) => { frame.tell("tracemark-keys", { keys: keys.chosen }); },
  "tracemark-answers": (frame, { answers = {} }) => { takeAnswers(frame, answers); },
  "tracemark-early": (frame, { key = "" }) => { if (frame === loop.shown && isTouched()) pressAtPage(key); },
  "tracemark-asked": (frame) => { if (frame === loop.shown) askedAt = performance.now(); },
  "tracemark-active": (frame) => { if (frame === loop.shown) frame.time.note(performance.now()); },
  "tracemark-command": (frame, { command = "" }) => { if (frame === loop.shown && isTouched()) COMMANDS_OF_THE_PAGE[command]?.(); },
};

window.addEventListener("message", (event: MessageEvent<Message | null>) => {
  const frame = loop.sender(event);
  if (frame && event.data) HEARD[event.data.kind ?? ""]?.(frame, event.data);
});

const CONTROLS = "a, button, input, select, textarea, summary";
const MOVES = /^(Shift\+)?(Tab|Escape|F\d+)$/;

/** Whether a key is the browser's affair, or that of the control that has the focus. */
const isForControl = (target: Element, key: string): boolean =>
  MOVES.test(key) || target.matches(WRITES) || target.closest("dialog") !== null || (/^(Enter|Space)$/.test(key) && target.closest(CONTROLS) !== null);

document.addEventListener("keydown", (event) => {
  const key = keyOf(event);
  if (!key || event.repeat || event.defaultPrevented || !(event.target instanceof Element)) return;
  if (!isForControl(event.target, key)) pressAtPage(key);
});

// A key that is held down on a button would press it again for the next item, which nobody has seen yet.
document.addEventListener("keydown", (event) => { if (event.repeat && event.key === "Enter") event.preventDefault(); }, { capture: true });

page.back.addEventListener("click", () => void loop.back());
page.keys.addEventListener("click", () => { dialog.open(); });
page.decline.addEventListener("submit", (event) => {
  event.preventDefault();
  void loop.decline();
});
page.resume.addEventListener("submit", (event) => {
  if (loop.resume()) event.preventDefault();
});

for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) window.addEventListener(kind, () => { loop.shown.time.note(performance.now()); }, { passive: true });
for (const kind of ["focus", "blur"]) window.addEventListener(kind, () => setTimeout(() => { loop.look(); }));
document.addEventListener("visibilitychange", () => { loop.look(); });
window.addEventListener("popstate", () => void loop.visit(location.pathname));
window.addEventListener("pagehide", () => { loop.leave(); });
// A page that comes back as it was left holds what it has given back meanwhile.
window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

showKeys();
loop.begin();
setInterval(() => { loop.tick(); }, 1000);
