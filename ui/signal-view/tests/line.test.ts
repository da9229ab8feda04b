import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsOf, type Area } from "../line";
import { Looking } from "../looking";
import { noise, open, seriesOf } from "./made";

/** Ten columns a moment wide, ten pixels for the values from 0 to 10. */
const AREA: Area = { left: 0, top: 0, width: 10, height: 10, from: 0, to: 10, lowest: 0, highest: 10 };

const spans = (points: readonly (readonly [number, number])[], area = AREA): ([number, number] | null)[] => {
  const { upper, lower } = columnsOf(seriesOf(points), area);
  return Array.from(upper, (top, column) => (top <= lower[column]! ? [top, lower[column]!] : null));
};

test("a column reaches from the lowest to the highest value in it", () => {
  const found = spans([[3.1, 4], [3.2, 9], [3.4, 2], [3.9, 4]]);

  assert.deepEqual(found, [null, null, null, [1, 8], null, null, null, null, null, null]);
});

test("a line passes from column to column without a hole", () => {
  const found = spans([[0.5, 0], [4.5, 8]]);

  assert.deepEqual(found, [[9, 10], [7, 9], [5, 7], [3, 5], [2, 3], null, null, null, null, null]);
});

test("a line is drawn up to the edges of what is looked at", () => {
  const found = spans([[-100, 5], [200, 5]]);

  assert.deepEqual(found, Array.from({ length: 10 }, () => [5, 5]));
});

test("nothing is drawn across a gap, and a sample alone between two gaps is", () => {
  const found = spans([[0.5, 5], [1.5, 5], [2.5, NaN], [4.5, 7], [5.5, NaN], [8, 5], [9.5, 5]]);

  assert.deepEqual(found, [[5, 5], [5, 5], null, null, [3, 3], null, null, null, [5, 5], [5, 5]]);
});

test("the last moment that is looked at belongs to the last column", () => {
  const found = spans([[0, 5], [9.9, 5], [10, 9]]);

  assert.deepEqual(found[9], [1, 5]);
});

test("no sample is lost, however many lie in a column", () => {
  const values = noise(5000, 7).map((value) => 5 + 9 * value);
  const points = values.map((value, at) => [at / 500, value] as const);

  const { upper, lower } = columnsOf(seriesOf(points), AREA);

  points.forEach(([x, value]) => {
    const [column, y] = [Math.floor(x), Math.fround(10 - value)];
    assert.ok(upper[column]! <= y && y <= lower[column]!, `${value} at ${x}`);
  });
});

test("runs a little wider than a column leave no stripes that are not in the signal", async () => {
  const [file] = await open(noise(40_000).map((_, at) => [at % 2 ? 1 : -1]), { start: 0, step: 1 }, 8000);
  const looking = new Looking(file.clocks[0]!);

  for (let width = 30_000; width > 2000; width /= 1.07) {
    const range = { from: 1000, to: 1000 + width };
    await looking.look(range, 100);
    const { upper, lower } = columnsOf(looking.series(0), { ...AREA, ...range, width: 100, lowest: -1, highest: 1 });
    assert.ok(upper.every((top, column) => top < 5.01 && lower[column]! > 4.99), `${width} samples`);
  }
});
