import assert from "node:assert/strict";
import { test } from "node:test";
import { Fault } from "../fault";
import { fileInTail } from "../zip";
import { TraceFile } from "../trace-file";
import { MemorySource, noise, open, zipOf } from "./made";

const rowsOf = (count: number): number[][] => noise(count).map((value) => [value]);

test("a file opens by its last bytes alone when overview and directory lie in them", async () => {
  const [, source] = await open(rowsOf(4000), { start: 0, step: 1 }, 3000);

  assert.equal(source.requests, 1);
});

test("an overview before the last bytes is read by requests of its own", async () => {
  const rows = noise(4000).map((value) => Array.from({ length: 40 }, (_, column) => value * column));
  const [file, source] = await open(rows, { start: 0, step: 1 }, 7000);

  assert.equal(source.requests, 3); // the tail, the extremes, the gaps
  assert.equal(file.clocks[0]!.overview.count, 8);
});

test("every sample is read to the last bit", async () => {
  const rows = rowsOf(3000);
  const [file] = await open(rows, { start: 0, step: 0.1 }, 3000);

  const block = await file.clocks[0]!.layers[0]!.read(700, 1900);

  for (let at = 700; at < 1900; at += 1) assert.equal(block.lowest(at, 0), rows[at]![0]);
});

test("what was read near by is not read again", async () => {
  const [file, source] = await open(rowsOf(30_000), { start: 0, step: 1 }, 3000);
  const layer = file.clocks[0]!.layers[0]!;
  await layer.read(1000, 1001);
  const before = source.requests;

  await layer.read(900, 1020);

  assert.equal(source.requests, before);
});

test("the same samples that are asked for twice at once are read once", async () => {
  const [file, source] = await open(rowsOf(30_000), { start: 0, step: 1 }, 3000);
  const layer = file.clocks[0]!.layers[0]!;
  const before = source.reads.length;

  await Promise.all([layer.read(5000, 5001), layer.read(5000, 5001)]);

  assert.equal(source.reads.length - before, 1);
});

test("a moment of a steady clock has its sample, also where division rounds", async () => {
  const [file] = await open(rowsOf(5000), { start: 0.3, step: 0.1 });
  const clock = file.clocks[0]!;

  for (let at = 0; at < 5000; at += 1) assert.equal(await clock.locate(clock.moment(at)!), at);
});

test("a moment of an unsteady clock is found by its levels, the first sample holds before it", async () => {
  const steps = noise(5000, 7).map((value) => value + 0.6);
  let time = 0;
  const rows = steps.map((step, at) => [(time += step), at]);
  const [file] = await open(rows, null, 3000);
  const clock = file.clocks[0]!;

  for (const at of [0, 1, 63, 64, 511, 512, 2500, 4998, 4999]) {
    assert.equal(await clock.locate(rows[at]![0]!), at);
    assert.equal(await clock.locate(rows[at]![0]! + 0.01), at);
  }
  assert.equal(await clock.locate(-1), 0);
});

test("the span of an unsteady clock reaches from its first to its last moment", async () => {
  const [file] = await open([[3, 1], [4, 2], [9, 3]], null);

  assert.deepEqual(file.span, { from: 3, to: 9 });
});

test("a file of more than 4 GB is found by the large fields of its archive", () => {
  const at = 5_000_000_000;
  const bytes = zipOf("zarr.json", "{}", at, true);

  assert.equal(fileInTail({ bytes: bytes.slice(0).buffer, at }, "zarr.json"), "{}");
});

for (const [what, bytes] of [
  ["text", new TextEncoder().encode("no archive, but long enough to be one")],
  ["nothing", new Uint8Array()],
  ["an archive of something else", zipOf("other.json", "{}", 0)],
] as const) {
  test(`${what} is refused with its remedy`, async () => {
    await assert.rejects(TraceFile.open(new MemorySource(bytes)), (error: Error) => error instanceof Fault && /task\.input\.trace\.file/.test(error.message));
  });
}

test("a file of a later version is refused", async () => {
  const bytes = zipOf("zarr.json", JSON.stringify({ attributes: { tracemark_trace: { version: 2 } } }), 0);

  await assert.rejects(TraceFile.open(new MemorySource(bytes)), /of version 2, not 1/);
});
