import assert from "node:assert/strict";
import { test } from "node:test";
import { makeClasses } from "../classes";
import { readMarks, writeMarks } from "../mark-draft";
import { fillRuns, readMaskDraft, writeRuns } from "../mask-draft";
import { MarkTool } from "../mark-tool";
import type { Mark } from "../shapes";

const MARKS: readonly Mark[] = [
  { id: 1, kind: "box", label: "Pore", points: [{ x: 1, y: 2 }, { x: 30, y: 40 }] },
  { id: 2, kind: "point", label: "", points: [{ x: 0, y: 0 }] },
  { id: 3, kind: "polygon", label: "a class that comes later", points: [{ x: 1, y: 2 }, { x: 9, y: 9 }, { x: 3, y: 40 }] },
];

test("marks of a draft are the marks that were written, whatever classes there are", () => {
  const tool = new MarkTool("box");
  tool.setClasses(makeClasses(["Pore"]));

  tool.readDraft(writeMarks(MARKS));

  assert.deepEqual(tool.marks, MARKS);
});

test("a text that is no draft leaves the marks alone", () => {
  for (const text of ["", "{}", "null", "[1]", '[{"kind":"box","label":"a","points":[{"x":1,"y":"2"}]}]', '[{"kind":"box","label":"a","points":[]}]']) {
    const tool = new MarkTool("box");
    tool.begin(MARKS);

    tool.readDraft(text);

    assert.equal(readMarks(text), undefined, text);
    assert.equal(tool.marks.length, MARKS.length);
  }
});

test("runs of a mask give back the very pixels", () => {
  let seed = 7;
  const next = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  for (let round = 0; round < 50; round++) {
    const pixels = new Uint8Array(1 + next(500));
    for (let at = 0; at < pixels.length; at += 1 + next(40)) pixels.fill(next(256), at);
    const found = new Uint8Array(pixels.length);

    fillRuns(found, writeRuns(pixels), Array.from({ length: 256 }, (_, value) => value));

    assert.deepEqual(found, pixels);
  }
});

test("pixels of a class that is gone have none", () => {
  const found = new Uint8Array(4);
  fillRuns(found, writeRuns(Uint8Array.of(1, 2, 2, 0)), [0, 0, 1]);
  assert.deepEqual([...found], [0, 1, 1, 0]);
});

test("runs that are longer than the mask are cut off", () => {
  const found = new Uint8Array(3);
  fillRuns(found, "1 zz 2 zz", [0, 1, 2]);
  assert.deepEqual([...found], [1, 1, 1]);
});

test("what is no draft of a mask is undefined", () => {
  for (const text of ["", "3", "null", '{"size":{"width":1},"labels":[],"runs":""}', '{"size":{"width":1,"height":1},"labels":0,"runs":""}']) {
    assert.equal(readMaskDraft(text), undefined, text);
  }
});
