import assert from "node:assert/strict";
import { test } from "node:test";
import { Turn } from "../turn";

test("what waits goes on one after the other, once what was under way has ended", async () => {
  const turn = new Turn();
  const seen: string[] = [];
  let end = (): void => undefined;
  const saving = turn.take("Saving …", () => new Promise((resolve) => { end = resolve; }));
  const wait = (name: string): Promise<void> =>
    turn.take(name, async () => {
      seen.push(`${name} begins`);
      await Promise.resolve();
      seen.push(`${name} ends`);
    });
  const waiting = [wait("first"), wait("second")];

  const doing = turn.doing;
  end();
  await Promise.all([saving, ...waiting]);

  assert.equal(doing, "Saving …");
  assert.deepEqual(seen, ["first begins", "first ends", "second begins", "second ends"]);
});

test("a turn that fails is over, and whoever took it hears of it", async () => {
  const turn = new Turn();
  const seen: string[] = [];
  const failing = turn.take("Saving …", () => Promise.reject(new Error("no")));

  const next = turn.take("Opening …", () => Promise.resolve(void seen.push("next")));

  await assert.rejects(failing, /no/);
  await next;

  assert.deepEqual([turn.doing, seen], ["", ["next"]]);
});
