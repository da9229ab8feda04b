import assert from "node:assert/strict";
import { test } from "node:test";
import { Looking } from "../looking";
import { extremesOf, joined, type Series } from "../series";
import { noise, open, seriesOf } from "./made";

const PIXELS = 100;

/** Return how many runs or samples of a series begin in a range. */
const inView = (series: Series, from: number, to: number): number => new Set(series.x.filter((x) => x >= from && x <= to)).size;

test("a single sample that sticks out is seen at every zoom", async () => {
  const spike = 23_456;
  const rows = noise(40_000).map((value, at) => [at === spike ? 1000 : value]);
  const [file] = await open(rows, { start: 0, step: 1 }, 8000);
  const looking = new Looking(file.clocks[0]!);

  for (let width = 40_000; width > 20; width /= 1.7) {
    const range = { from: Math.max(0, spike - width / 2), to: Math.min(39_999, spike + width / 2) };
    await looking.look(range, PIXELS);
    assert.equal(extremesOf(looking.series(0), range.from, range.to)![1], 1000);
  }
});

test("at the last zoom value and moment of each sample are those of the file", async () => {
  const rows = noise(40_000).map((value) => [value]);
  const [file] = await open(rows, { start: 0, step: 0.1 }, 8000);
  const looking = new Looking(file.clocks[0]!);

  await looking.look({ from: 1000, to: 1005 }, PIXELS);

  const series = looking.series(0);
  const first = series.x.findIndex((x) => x === 0 + 10_000 * 0.1);
  for (let at = 0; at < 50; at += 1) {
    assert.equal(series.x[first + at], (10_000 + at) * 0.1);
    assert.equal(series.y[first + at], rows[10_000 + at]![0]);
  }
});

test("a view draws about a run a pixel, and never many more than six", async () => {
  const [file] = await open(noise(100_000).map((value) => [value]), { start: 0, step: 1 }, 8000);
  const looking = new Looking(file.clocks[0]!);

  for (let width = 90_000; width > 200; width /= 1.3) {
    const range = { from: 1000, to: 1000 + width };
    await looking.look(range, PIXELS);
    const runs = inView(looking.series(0), range.from, range.to);
    assert.ok(runs >= Math.min(width, PIXELS * 0.6) && runs <= PIXELS * 6, `${runs} runs of ${width} samples`);
  }
});

test("the line breaks at a gap of one sample at every zoom", async () => {
  const rows = noise(40_000).map((value, at) => [at === 20_000 ? NaN : value]);
  const [file] = await open(rows, { start: 0, step: 1 }, 8000);
  const looking = new Looking(file.clocks[0]!);

  for (let width = 40_000; width > 20; width /= 1.7) {
    const range = { from: Math.max(0, 20_000 - width / 2), to: Math.min(39_999, 20_000 + width / 2) };
    await looking.look(range, PIXELS);
    const series = looking.series(0);
    assert.ok(series.gaps.some(([from, to]) => from <= 20_000 && to >= 20_000));
    assert.ok(series.x.some((x, at) => Number.isNaN(series.y[at]) && Math.abs(x - 20_000) <= 4096));
  }
});

test("a reading that a later look made needless changes nothing", async () => {
  const [file] = await open(noise(40_000).map((value) => [value]), { start: 0, step: 1 }, 8000);
  const looking = new Looking(file.clocks[0]!);

  const news = await Promise.all([looking.look({ from: 1000, to: 1050 }, PIXELS), looking.look({ from: 9000, to: 9050 }, PIXELS)]);

  assert.deepEqual(news, [false, true]);
});

test("a shift moves the points and what is read for a range", async () => {
  const [file] = await open(noise(40_000).map((value) => [value]), { start: 0, step: 1 }, 8000);
  const looking = new Looking(file.clocks[0]!);
  const before = [...looking.series(0).x];

  looking.offset = 250;
  await looking.look({ from: 300, to: 350 }, PIXELS);

  assert.equal(looking.coarse(0).x[5], before[5]! + 250);
  assert.ok(looking.series(0).x.includes(300));
});

test("detail takes the place of the overview and nothing else", () => {
  const coarse = seriesOf([[0, 1], [10, 2], [20, 3], [30, 4], [40, 5]], [[1, 2], [39, 40]]);
  const fine = seriesOf([[15, 7], [16, NaN], [25, 9]], [[16, 17]]);

  assert.deepEqual(
    joined(coarse, fine),
    seriesOf([[0, 1], [10, 2], [15, 7], [16, NaN], [25, 9], [30, 4], [40, 5]], [[1, 2], [16, 17], [39, 40]]),
  );
});
