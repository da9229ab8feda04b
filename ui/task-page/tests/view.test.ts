import assert from "node:assert/strict";
import { test } from "node:test";
import { inWords } from "../lease-clock";
import { answerInWords } from "../view";
import { WorkerKeys } from "../worker-keys";

const SAID = [
  [{ tone: { label: "kind" } }, "tone: kind."],
  [{ many: { labels: ["a", "b"] }, note: "yes" }, "many: a, b; note: yes."],
  [{ box: { yes: true, no: false, maybe: true } }, "box: yes, maybe."],
  [{ box: { yes: false } }, "box: none."],
  [{ marks: { boundingBoxes: [1, 2, 3], inputImageProperties: { width: 1 } } }, "marks: 3 boundingBoxes."],
  [{}, "nothing."],
] as const;

for (const [answer, words] of SAID) {
  test(`an answer is said as ${words}`, () => { assert.equal(answerInWords(JSON.parse(JSON.stringify(answer)) as Record<string, string>), words); });
}

test("a long answer is said by its beginning", () => {
  assert.equal(answerInWords({ note: "x".repeat(5000) }).length, 302);
});

test("what is left of a lease is said in minutes, and in hours from one hour on", () => {
  assert.deepEqual([59, 61, 3600, 28_800].map(inWords), ["0:59", "1:01", "1:00 h", "8:00 h"]);
});

const storage = (kept: string | null): Storage => {
  const found = { text: kept };
  return { getItem: () => found.text, setItem: (_: string, text: string) => { found.text = text; } } as unknown as Storage;
};

test("keys are kept under the worker and found again", () => {
  const place = storage(null);
  let changes = 0;
  new WorkerKeys("anna", place, () => changes++).choose({ submit: "s" });
  assert.deepEqual([new WorkerKeys("anna", place, () => undefined).chosen, changes], [{ submit: "s" }, 1]);
});

test("what is kept and cannot be read is as if nothing were", () => {
  for (const kept of ["{", "null", "[]", '"s"', '{"submit": 7}', '{"submit": "Tab"}', '{"no-command": "s"}']) {
    assert.deepEqual(new WorkerKeys("anna", storage(kept), () => undefined).chosen, {});
  }
});
