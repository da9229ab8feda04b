// Which answers of a page would be lost when it is submitted, in words. cli/src/tracemark_cli/checks/lost_answers.py says the
// same of a rendered page; tests/support/lost_answers.py holds both to the same words.

import type { Control } from "./controls";
import type { Notice } from "./notices";

const MAX_SHOWN = 80;

/** Return what would be lost; names that begin with "_" are for answers that nobody wants. */
export const lostAnswers = (controls: readonly Control[]): Notice[] => {
  const asked = controls.filter((control) => !control.name.startsWith("_"));
  return [...severalForms(asked), ...asked.flatMap(lostAlone), ...byName(asked).flatMap(lostTogether)];
};

const severalForms = (asked: readonly Control[]): Notice[] => {
  const forms = new Set(asked.filter(({ name, form }) => name && form >= 0).map(({ form }) => form)).size;
  if (forms < 2) return [];
  return [{ what: `This page has ${String(forms)} forms, and only the one that is submitted is saved: the answers of the others are lost.`, remedy: "Put all inputs into one <crowd-form>." }];
};

const lostAlone = (control: Control): Notice[] => {
  if (control.isRead) return [];
  const place = placeOf(control);
  if (control.kind === "file") return [{ what: `${place} takes a file, and files are not saved.`, remedy: "Ask for a text, a choice or marks instead." }];
  if (!control.name) return [{ what: `${place} has no name: its answer is not saved.`, remedy: 'Give it a name; one that begins with "_" says that nobody wants the answer.' }];
  if (control.form >= 0) return [];
  return [{ what: `${place} stands outside the form: its answer is not saved.`, remedy: 'Move it into <crowd-form>; a name that begins with "_" says that nobody wants the answer.' }];
};

const placeOf = ({ element, name, label }: Control): string => {
  const called = (name || label).slice(0, MAX_SHOWN);
  return called ? `The <${element}> "${called}"` : `The <${element}>`;
};

/** Return the controls of each name that a form has. */
const byName = (asked: readonly Control[]): Control[][] => {
  const found = new Map<string, Control[]>();
  for (const control of asked) {
    if (!control.name || control.form < 0 || control.kind === "file") continue;
    const key = `${String(control.form)} ${control.name}`;
    found.set(key, [...(found.get(key) ?? []), control]);
  }
  return [...found.values()];
};

const lostTogether = (controls: Control[]): Notice[] => {
  const { name } = controls[0]!;
  if (hidesAnother(controls)) return [{ what: `Several inputs of this page are called "${name}": one answer hides the other.`, remedy: "Give each input a name of its own." }];
  const values = controls.filter(({ kind }) => kind === "box").flatMap(({ keys }) => keys);
  const doubled = new Set(values.filter((value, index) => values.indexOf(value) < index));
  return [...doubled].map((value) => ({
    what: `Several boxes or buttons of this page are called "${name}" and have the value "${value}": the last hides the others.`,
    remedy: 'Give each a value of its own (without one it is "on"), and each question a name of its own.',
  }));
};

/** Boxes of one name are one question; a hidden input before them only says what is sent without them. */
const hidesAnother = (controls: readonly Control[]): boolean => {
  const boxes = controls.filter(({ kind }) => kind === "box");
  const [other, ...more] = controls.filter(({ kind }) => kind !== "box");
  if (!other || more.length) return more.length > 0;
  if (other.kind === "object") return boxes.some(({ keys }) => other.keys.includes(keys[0]!));
  return boxes.length > 0 && !(other.kind === "hidden" && controls[0] === other);
};
