import assert from "node:assert/strict";
import { test } from "node:test";
import { colour, makeClasses } from "../classes";
import { bytesOf, colourArea, Mask, readColours } from "../mask";

const WHOLE = { left: 0, top: 0, right: 40, bottom: 30 };

test("a stroke paints the pixels whose middle it covers, and counts them", () => {
  const mask = new Mask({ width: 40, height: 30 });
  mask.stroke({ x: 10.5, y: 10.5 }, { x: 20.5, y: 10.5 }, 0.6, 1);
  mask.end();
  assert.equal(mask.counts().get(1), 11);
});

test("strokes over the edge stay in the photograph", () => {
  const mask = new Mask({ width: 40, height: 30 });
  mask.stroke({ x: -100, y: -100 }, { x: 500, y: 400 }, 9, 2);
  assert.equal(mask.end(), true);
  assert.equal(mask.pixels.length, 1200);
});

test("undo and redo give back the very pixels", () => {
  const mask = new Mask({ width: 40, height: 30 });
  const states = [mask.pixels.slice()];
  for (const [index, value] of [1, 2, 0, 3].entries()) {
    mask.stroke({ x: 5 + index * 4, y: 4 }, { x: 30, y: 6 + index * 5 }, 4, value);
    mask.end();
    states.push(mask.pixels.slice());
  }
  for (const state of states.slice(0, -1).reverse()) {
    mask.undo();
    assert.deepEqual(mask.pixels, state);
  }
  for (const state of states.slice(1)) {
    mask.redo();
    assert.deepEqual(mask.pixels, state);
  }
});

test("a stroke that changes nothing is no step", () => {
  const mask = new Mask({ width: 40, height: 30 });
  mask.stroke({ x: 5, y: 5 }, { x: 9, y: 9 }, 3, 0);
  assert.equal(mask.end(), false);
  assert.equal(mask.canUndo, false);
});

test("a mask that is coloured and read again is the same", () => {
  const colours = makeClasses(["a", "b", "c"]).colours;
  const mask = new Mask({ width: 40, height: 30 });
  for (const value of [1, 2, 3]) mask.stroke({ x: 5, y: 5 * value }, { x: 30, y: 6 * value }, 3, value);

  const read = new Mask(mask.size);
  readColours(read, colourArea(mask, WHOLE, colours), colours);

  assert.deepEqual(read.pixels, mask.pixels);
});

test("no two classes have the same colour, also beside colours that are given", () => {
  const colours = new Set(Array.from({ length: 500 }, (_, index) => colour(index)));
  assert.equal(colours.size, 500);
  const mixed = makeClasses(["a", "b", "c"], [undefined, "#2CA02C"]).colours;
  assert.equal(new Set(mixed).size, 3);
  assert.equal(mixed[1], "#2ca02c");
});

test("a colour is its three bytes", () => assert.deepEqual(bytesOf("#0180ff"), [1, 128, 255]));
