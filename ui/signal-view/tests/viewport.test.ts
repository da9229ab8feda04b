import assert from "node:assert/strict";
import { test } from "node:test";
import { powerSpectrum } from "../fft";
import { exact, ticks } from "../number-text";
import { Viewport } from "../viewport";

const WHOLE = { from: 100, to: 1100 };

test("zooming keeps the moment under the pointer where it is", () => {
  const viewport = new Viewport(WHOLE);

  viewport.zoom(0.1, 350);

  assert.deepEqual(viewport.range, { from: 325, to: 425 });
});

test("no range leaves the whole", () => {
  const viewport = new Viewport(WHOLE);
  viewport.zoom(0.5, 100);
  viewport.pan(-3);
  assert.deepEqual(viewport.range, { from: 100, to: 600 });
  viewport.pan(30);
  assert.deepEqual(viewport.range, { from: 600, to: 1100 });
  viewport.zoom(1000, 700);
  assert.deepEqual(viewport.range, WHOLE);
});

test("back returns to each range that a step left", () => {
  const viewport = new Viewport(WHOLE);
  viewport.show({ from: 200, to: 300 }, true);
  viewport.show({ from: 210, to: 220 }, true);

  viewport.back();
  assert.deepEqual(viewport.range, { from: 200, to: 300 });
  viewport.back();
  assert.deepEqual(viewport.range, WHOLE);
  viewport.back();
  assert.deepEqual(viewport.range, WHOLE);
});

test("a moment out of view is brought into the middle, one in view moves nothing", () => {
  const viewport = new Viewport(WHOLE);
  viewport.show({ from: 200, to: 300 });

  viewport.reveal(250);
  assert.deepEqual(viewport.range, { from: 200, to: 300 });
  viewport.reveal(700);
  assert.deepEqual(viewport.range, { from: 650, to: 750 });
});

test("a range never becomes too narrow for doubles", () => {
  const viewport = new Viewport({ from: 1e9, to: 1e9 + 10 });
  for (let turn = 0; turn < 500; turn += 1) viewport.zoom(0.5, 1e9 + 5);

  assert.ok(viewport.range.from < viewport.range.to);
});

test("a number is told to its last digit", () => {
  assert.deepEqual([0.1 + 0.2, 24.23, 1e21].map(exact), ["0.30000000000000004", "24.23", "1e+21"]);
});

test("ticks have the decimals that their distance needs", () => {
  assert.deepEqual(ticks([0, 0.05, 0.1]), ["0.00", "0.05", "0.10"]);
  assert.deepEqual(ticks([0, 200, 400]), ["0", "200", "400"]);
  assert.deepEqual(ticks([1e9, 2e9]), ["1.0e+9", "2.0e+9"]);
});

test("no tick is rounded away from where it stands", () => {
  assert.deepEqual(ticks([0, 2.5, 5, 7.5]), ["0.0", "2.5", "5.0", "7.5"]);
  assert.deepEqual(ticks([0, 0.0025, 0.005]), ["0.0000", "0.0025", "0.0050"]);
  assert.deepEqual(ticks([0, 25, 50]), ["0", "25", "50"]);
  assert.deepEqual(ticks([0, 2.5e7, 5e7]), ["0.0e+0", "2.5e+7", "5.0e+7"]);
});

test("the spectrum of a tone peaks at its frequency", () => {
  const tone = Float64Array.from({ length: 256 }, (_, at) => 5 + Math.sin((2 * Math.PI * 20 * at) / 256));

  const spectrum = powerSpectrum(tone);

  assert.equal(spectrum.indexOf(Math.max(...spectrum)), 20);
  assert.ok(spectrum[60]! < spectrum[20]! - 100);
});
