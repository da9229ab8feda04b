import assert from "node:assert/strict";
import { test } from "node:test";
import { COMMANDS, commandOf, keyFor, keyOf, labelOf, readKeys, refusalOf } from "../../keys";

const pressed = (key: string, held: Partial<KeyboardEvent> = {}): string | undefined =>
  keyOf({ key, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });

const of = (name: string): (typeof COMMANDS)[number] => COMMANDS.find((command) => command.name === name)!;

test("a key is called by its sign, a letter by its case, and Shift is said of what has no other sign", () => {
  assert.deepEqual([pressed("u"), pressed("U"), pressed("D", { shiftKey: true }), pressed("?", { shiftKey: true }), pressed("Enter", { shiftKey: true }), pressed(" ")], ["u", "u", "Shift+D", "?", "Shift+Enter", "Space"]);
});

test("half a key and what is the browser's have no name", () => {
  assert.deepEqual([pressed("Shift"), pressed("c", { ctrlKey: true }), pressed("x", { altKey: true }), pressed("Dead")], [undefined, undefined, undefined, undefined]);
});

test("no two commands begin with one key, and none with a key that is refused", () => {
  for (const command of COMMANDS) assert.equal(refusalOf({}, command, command.key), "");
});

test("a key that another command has is refused, until that one gives it up", () => {
  assert.match(refusalOf({}, of("back"), "Enter"), /submit/);
  assert.equal(refusalOf({ submit: "s" }, of("back"), "Enter"), "");
  assert.match(refusalOf({ submit: "s" }, of("back"), "s"), /submit/);
});

test("keys of browsers and views are refused", () => {
  for (const key of ["Tab", "Escape", "ArrowLeft", "F5", "Delete", "v"]) assert.match(refusalOf({}, of("submit"), key), /use of its own/);
});

test("a chosen key gives its command, and the first one gives nothing any more", () => {
  const chosen = { choose1: "q" };
  assert.equal(commandOf(chosen, "q"), of("choose1"));
  assert.equal(commandOf(chosen, "1"), "unused");
  assert.equal(commandOf(chosen, "x"), undefined);
  assert.equal(keyFor(chosen, of("choose1")), "q");
});

test("two commands can change their keys with one another", () => {
  const chosen = readKeys({ choose1: "2", choose2: "1" });
  assert.deepEqual([commandOf(chosen, "1"), commandOf(chosen, "2")], [of("choose2"), of("choose1")]);
});

test("kept keys that meet are not both believed", () => {
  const chosen = readKeys({ submit: "s", back: "s" });
  const given = COMMANDS.map((command) => keyFor(chosen, command));
  assert.equal(new Set(given).size, COMMANDS.length);
});

test("a number of two digits is labelled by the keys of its digits", () => {
  assert.deepEqual([labelOf({}, "12"), labelOf({ choose1: "q" }, "12"), labelOf({ choose1: "Shift+Q" }, "12"), labelOf({}, "Esc")], ["12", "q2", "Shift+Q 2", "Esc"]);
});
