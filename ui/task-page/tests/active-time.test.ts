import assert from "node:assert/strict";
import { test } from "node:test";
import { ActiveTime, PAUSE_MILLISECONDS } from "../active-time";

const attended = (at: number): ActiveTime => {
  const time = new ActiveTime();
  time.attend(at, true);
  return time;
};

test("the time between what is done counts", () => {
  const time = attended(1000);
  for (const now of [2000, 5000, 9000]) time.note(now);
  assert.equal(time.seconds(11_000), 10);
});

test("a pause does not count, and what comes after it does", () => {
  const time = attended(0);
  time.note(3000);
  time.note(3001 + PAUSE_MILLISECONDS + 3000);
  assert.equal(time.seconds(3001 + PAUSE_MILLISECONDS + 5000), 5);
});

test("a gap just as long as is allowed still counts", () => {
  assert.equal(attended(0).seconds(PAUSE_MILLISECONDS), PAUSE_MILLISECONDS / 1000);
});

test("while nobody looks no time passes", () => {
  const time = attended(0);
  time.attend(4000, false);
  time.note(9000);
  time.attend(50_000, true);
  assert.equal(time.seconds(51_000), 5);
});

test("a task that was never shown took no time", () => {
  assert.equal(new ActiveTime().seconds(99_000), 0);
});
