// The keys of a task: a number chooses a category or a class, Enter submits, i opens the instructions.

import { isInstructing } from "./dialog";
import { CrowdForm } from "./form";
import { WRITES } from "../keys";

const ACTS = "button, a[href], summary";

/** An element whose categories or classes the digits choose. */
interface Picking {
  pick(index: number): boolean;
  /** How many there are; where it is not said, only the first nine have a key. */
  readonly count?: number;
  readonly takesBack?: boolean;
}

/** Digits that are typed within this time are one number: 1 then 2 choose the first category, then the twelfth instead. */
const NUMBER_MILLISECONDS = 1000;
let typed = { digits: "", at: -Infinity };

/** Choose the category whose number is typed; return whether there is one. */
const pickByDigit = (picking: Picking, digit: string, now: number): boolean => {
  const before = now - typed.at < NUMBER_MILLISECONDS ? typed.digits : "";
  const isLonger = before !== "" && Number(before + digit) <= (picking.count ?? 9);
  typed = { digits: isLonger ? before + digit : digit, at: now };
  // What the first digits chose was not meant: a radio button gives way by itself, a box does not.
  if (isLonger && picking.takesBack) picking.pick(Number(before) - 1);
  return picking.pick(Number(typed.digits) - 1);
};

const isPicking = (element: Element): element is Element & Picking => "pick" in element;

const pickingAt = (path: EventTarget[]): Picking | undefined => {
  const all = [...document.querySelectorAll("*")].filter(isPicking);
  return all.find((element) => path.includes(element)) ?? all[0];
};

const submits = (target: Element, event: KeyboardEvent): boolean => {
  if (event.key !== "Enter") return false;
  if (event.ctrlKey || event.metaKey) return true;
  return !event.altKey && !target.matches(`textarea, select, [contenteditable], ${ACTS}`);
};

const isReading = (path: EventTarget[]): boolean => path.some((element) => element instanceof HTMLDialogElement && element.open);

/** Where a key belongs: a window that is closed keeps the focus until the browser paints again. */
const meantFor = (path: EventTarget[]): EventTarget | undefined => {
  const closed = path.some((element) => element instanceof HTMLDialogElement && !element.open);
  return closed ? document.body : path[0];
};

const submitAt = (path: EventTarget[]): void => {
  const forms = [...CrowdForm.connected];
  (forms.find((form) => path.includes(form)) ?? forms[0])?.requestSubmit();
};

const isCommand = (event: KeyboardEvent): boolean => event.ctrlKey || event.metaKey || event.altKey;

const openInstructions = (): void => [...document.querySelectorAll("*")].find(isInstructing)?.openInstructions();

export const onKey = (event: KeyboardEvent): void => {
  const path = event.composedPath();
  const target = meantFor(path);
  if (event.defaultPrevented || !(target instanceof Element)) return;
  const reading = isReading(path);
  if (!reading && submits(target, event)) {
    event.preventDefault();
    // A key that is held down repeats itself into the next item, which nobody has seen yet.
    if (!event.repeat) submitAt(path);
  } else if (!isCommand(event) && !target.matches(WRITES)) onLetter(event, reading, path);
};

/** A key that is held down chooses once: its repetitions would be other numbers, or tick and untick. */
const onLetter = (event: KeyboardEvent, reading: boolean, path: EventTarget[]): void => {
  if (event.repeat) return;
  if (event.key === "i") openInstructions();
  const picking = !reading && /^[0-9]$/.test(event.key) ? pickingAt(path) : undefined;
  if (picking && pickByDigit(picking, event.key, event.timeStamp)) event.preventDefault();
};
