import assert from "node:assert/strict";
import { test } from "node:test";
import { mentions, type Control, type Kind } from "../controls";
import { lostAnswers } from "../lost-answers";

const control = (kind: Kind, name: string, more: Partial<Control> = {}): Control => ({ element: "input", kind, name, label: "", keys: kind === "box" ? ["on"] : [], form: 0, isRead: false, ...more });

const told = (...controls: Control[]): string[] => lostAnswers(controls).map(({ what }) => what);

test("boxes of one name and one value are told, of several values or names they are not", () => {
  const [found, ...more] = told(control("box", "d"), control("box", "d"), control("box", "d"));
  assert.match(found!, /called "d" and have the value "on": the last hides the others/);
  assert.deepEqual(more, []);
  assert.deepEqual(told(control("box", "d", { keys: ["a"] }), control("box", "d", { keys: ["b"] }), control("box", "e")), []);
});

test("two answers that are no boxes hide each other, whatever they are", () => {
  const classifier = control("object", "q", { element: "crowd-classifier", keys: ["label"] });
  for (const other of [classifier, control("text", "q"), control("hidden", "q")]) assert.match(told(classifier, other)[0]!, /Several inputs of this page are called "q": one answer hides the other/);
});

test("a box hides a classifier only where its value is one of the classifier's keys", () => {
  const classifier = control("object", "q", { element: "crowd-classifier", keys: ["label"] });
  assert.equal(told(control("box", "q", { keys: ["label"] }), classifier).length, 1);
  assert.deepEqual(told(control("box", "q", { keys: ["sure"] }), classifier), []);
});

test("a hidden input may say beforehand what is sent without its boxes, but not take their place", () => {
  assert.deepEqual(told(control("hidden", "d"), control("box", "d")), []);
  assert.equal(told(control("box", "d"), control("hidden", "d")).length, 1);
});

test("a control outside the form is told by its place, unless a script reads it or nobody wants its answer", () => {
  assert.deepEqual(told(control("text", "co", { element: "crowd-input", form: -1 })), ['The <crowd-input> "co" stands outside the form: its answer is not saved.']);
  assert.deepEqual(told(control("text", "co", { form: -1, isRead: true }), control("text", "_co", { form: -1 })), []);
});

test("a control without a name is told by its label, unless a script reads it", () => {
  assert.deepEqual(told(control("text", "", { element: "textarea", label: "Why?" })), ['The <textarea> "Why?" has no name: its answer is not saved.']);
  assert.deepEqual(told(control("text", "", { isRead: true })), []);
});

test("forms beside each other are told where more than one asks", () => {
  assert.match(told(control("text", "a"), control("text", "b", { form: 1 }))[0]!, /This page has 2 forms/);
  assert.deepEqual(told(control("text", "a"), control("text", "a", { form: 1 })).length, 1);
});

test("a file is told, for it is not saved", () => {
  assert.deepEqual(told(control("file", "f")), ['The <input> "f" takes a file, and files are not saved.']);
});

test("a script mentions an element that it looks for, makes, or names by one of its words", () => {
  for (const script of ["document.querySelectorAll('#bar input')", "box.innerHTML = '<input type=range>'", "document.createElement(`input`)", "zoom.value", "$('.zoom')"]) assert.ok(mentions(script, "input", ["zoom"]), script);
  for (const script of ["addEventListener('input', save)", "querySelector('.input')", "document.querySelector('crowd-input')", "zoomed.value", "zoom-in"]) assert.ok(!mentions(script, "input", ["zoom"]), script);
});
