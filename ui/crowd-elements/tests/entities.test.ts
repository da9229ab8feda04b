import assert from "node:assert/strict";
import { test } from "node:test";
import { addSpan, fromUnicode, pieces, readLabels, readSpans, toUnicode } from "../entities";

const TEXT = "a😀b😀c";

test("offsets count Unicode characters, and back", () => {
  for (let count = 0; count <= 5; count++) assert.equal(toUnicode(TEXT, fromUnicode(TEXT, count)), count);
  assert.equal(toUnicode(TEXT, 3), 2);
});

test("labels may be texts or objects, and names default to the label", () => {
  assert.deepEqual(readLabels(["org", { label: "day", shortDisplayName: "D" }]), [
    { label: "org", shortDisplayName: "org", fullDisplayName: "org" },
    { label: "day", shortDisplayName: "D", fullDisplayName: "day" },
  ]);
});

test("a span that covers others takes their place, one that would divide another is refused", () => {
  const spans = [{ start: 2, end: 4, label: "a" }];
  assert.deepEqual(addSpan(spans, { start: 1, end: 5, label: "b" }), [{ start: 1, end: 5, label: "b" }]);
  assert.equal(addSpan(spans, { start: 3, end: 6, label: "b" }), undefined);
  assert.deepEqual(addSpan(spans, { start: 0, end: 2, label: "b" }), [{ start: 0, end: 2, label: "b" }, ...spans]);
});

test("the pieces of a text put together are the text", () => {
  const spans = [{ start: 1, end: 3, label: "x" }, { start: 3, end: 4, label: "y" }];
  assert.equal(pieces(TEXT, spans).map(({ text }) => text).join(""), TEXT);
});

test("spans that cannot be shown are told", () => {
  const labels = readLabels(["org"]);
  const given = [{ label: "org", startOffset: 1, endOffset: 2 }, { label: "org", startOffset: 4, endOffset: 9 }, { label: "none", startOffset: 0, endOffset: 1 }];
  const { spans, problem } = readSpans(given, labels, TEXT);
  assert.deepEqual(spans, [{ start: 1, end: 3, label: "org" }]);
  assert.match(problem, /^2 of the labels/);
});
