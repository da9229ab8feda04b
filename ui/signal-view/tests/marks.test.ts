import assert from "node:assert/strict";
import { test } from "node:test";
import { Marks, readMarks, type Mark } from "../marks";

const span = (start: number, end: number, label = "Spatter"): Mark => ({ label, channel: "current", start, end });

test("a mark drawn from right to left starts at its left end", () => {
  const marks = new Marks();

  marks.add(span(9, 4));

  assert.deepEqual(marks.list, [span(4, 9)]);
});

test("every change is undone and done again, in order", () => {
  const marks = new Marks();
  marks.add(span(1, 2));
  marks.add(span(3, 4));
  marks.change(0, { label: "Arc fault" });
  marks.remove(1);
  const states = [marks.text];

  while (marks.canUndo) {
    marks.undo();
    states.push(marks.text);
  }
  assert.deepEqual(states, [
    JSON.stringify([span(1, 2, "Arc fault")]),
    JSON.stringify([span(1, 2, "Arc fault"), span(3, 4)]),
    JSON.stringify([span(1, 2), span(3, 4)]),
    JSON.stringify([span(1, 2)]),
    "[]",
  ]);
  while (marks.canRedo) marks.redo();
  assert.equal(marks.text, states[0]);
});

test("the steps of one gesture are undone together", () => {
  const marks = new Marks();
  marks.add(span(1, 2));
  marks.begin();
  for (const end of [3, 4, 5]) marks.change(0, { end }, true);

  marks.undo();

  assert.deepEqual(marks.list, [span(1, 2)]);
});

test("a change after undo makes what was undone forgotten", () => {
  const marks = new Marks();
  marks.add(span(1, 2));
  marks.undo();
  marks.add(span(5, 6));

  assert.equal(marks.canRedo, false);
});

test("next goes through the marks in order of time and around", () => {
  const marks = new Marks();
  for (const start of [50, 10, 30]) marks.add(span(start, start + 1));
  marks.select(-1);

  const starts = [1, 1, 1, 1, -1].map((step) => {
    marks.selectNext(step);
    return marks.current!.start;
  });

  assert.deepEqual(starts, [10, 30, 50, 10, 50]);
});

test("marks come back from their text", () => {
  const marks = new Marks();
  marks.add(span(0.1 + 0.2, 1e-7));
  marks.add({ label: "All", channel: null, start: 5, end: 5 });

  assert.deepEqual(readMarks(marks.text, ["current"]), marks.list);
});

for (const [text, cause] of [
  ["{", "JSON"],
  ["{}", "no list"],
  ['[{"label": "a", "start": 1}]', "mark 1 lacks"],
  ['[{"label": 7, "start": 1, "end": 2}]', "mark 1 lacks"],
  ['[{"label": "a", "start": 1, "end": null}]', "mark 1 lacks"],
  ['[{"label": "a", "channel": "volt", "start": 1, "end": 2}]', "volt, which is no channel"],
  ["[null]", "mark 1 lacks"],
] as const) {
  test(`marks that cannot be read are refused with the reason: ${text}`, () => {
    assert.throws(() => readMarks(text, ["current"]), new RegExp(cause));
  });
}
