import assert from "node:assert/strict";
import { test } from "node:test";
import type { Json } from "../../json";
import { readMarks, writeMark } from "../answers";

test("what is read at the start is written in the same shape", () => {
  const box = { label: "Pore", left: 1, top: 2, width: 3, height: 4 };
  const { marks } = readMarks([box], "boundingBoxes", "box", ["Pore"]);
  assert.deepEqual(marks.map((mark) => writeMark({ ...mark, id: 1 })), [box]);
});

test("a list may stand alone or under its name", () => {
  const point = { label: "Pore", x: 5, y: 6 };
  for (const value of [[point], { keypoints: [point] }]) assert.equal(readMarks(value, "keypoints", "point", ["Pore"]).marks.length, 1);
});

test("what is no mark is left out and told with its reason", () => {
  const wrong: Json[] = [{ label: "Hole", x: 1, y: 2 }, { label: "Pore", x: "left" }, "Pore", null, { label: "Pore", x: 1, y: 2 }];
  const { marks, problem } = readMarks(wrong, "keypoints", "point", ["Pore"]);
  assert.equal(marks.length, 1);
  assert.match(problem, /^4 of the marks given at the start are not shown: label "Hole" is not among the labels/);
});

test("a value of another kind is no mark", () => {
  const values: (Json | undefined)[] = [undefined, null, "text", 3, {}, { keypoints: "x" }];
  for (const value of values) assert.deepEqual(readMarks(value, "keypoints", "point", []).marks, []);
});
