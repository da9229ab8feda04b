import assert from "node:assert/strict";
import { test } from "node:test";
import { hides, merge } from "../merging";

test("groups of one name are merged, and of other answers the last stays", () => {
  assert.deepEqual(merge({ a: true }, { b: false }), { a: true, b: false });
  assert.deepEqual(merge("x", { b: false }), { b: false });
  assert.equal(merge(undefined, 1), 1);
});

test("an answer hides one that says something else", () => {
  assert.ok(hides({ on: true }, { on: false }));
  assert.ok(hides({ label: "a" }, { label: "b" }));
  assert.ok(hides("x", "y"));
  assert.ok(hides("x", { on: true }));
});

test("an answer hides neither its like, nor other keys, nor nothing", () => {
  assert.ok(!hides({ a: true }, { b: false }));
  assert.ok(!hides({ a: true }, { a: true }));
  for (const nothing of [undefined, "", [], "y"]) assert.ok(!hides(nothing, "y"));
});
