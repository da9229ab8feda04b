import assert from "node:assert/strict";
import { test } from "node:test";
import { readAttribute, readTexts } from "../../loose-json";

const element = (value: string | null): Element =>
  ({ localName: "crowd-thing", getAttribute: () => value }) as unknown as Element;

test("a list may be written as JSON, with single quotes, or with a comma at its end", () => {
  for (const text of ['["a", "b"]', "['a', 'b']", "[\n 'a',\n 'b',\n]"]) assert.deepEqual(readTexts(element(text), "labels"), ["a", "b"]);
});

test("quotes may stand in a text", () => {
  assert.deepEqual(readTexts(element(`["It's good", "a \\"b\\""]`), "labels"), ["It's good", 'a "b"']);
});

test("keys need no quotes and comments may stand beside them, as in the reference of AWS", () => {
  const text = "{ lines: [ { label: 'side', // its name\n vertices: [{x: 1, y: 2,}], }, ] }";
  assert.deepEqual(readAttribute(element(text), "initial-value"), { lines: [{ label: "side", vertices: [{ x: 1, y: 2 }] }] });
});

test("an attribute that is absent or empty is no value", () => {
  for (const text of [null, "", "  "]) assert.equal(readAttribute(element(text), "labels"), undefined);
});

test("what cannot be read is refused with the attribute, the place and what was expected", () => {
  assert.throws(() => readTexts(element("[Cat, Dog]"), "labels"), /labels of crowd-thing cannot be read .*1:2.*expected JSON/);
  assert.throws(() => readTexts(element("'Cat'"), "labels"), /labels of crowd-thing is no list/);
});
