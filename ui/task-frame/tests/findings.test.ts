import assert from "node:assert/strict";
import { test } from "node:test";
import { watchDialogs } from "../dialogs";
import { blockedNotice, failedNotice } from "../findings";
import type { Notice } from "../notices";

test("what is blocked is told with its origin and the option that allows it", () => {
  const notice = blockedNotice("script-src-elem", "https://cdn.example:8443/a/b.js?x=1");
  assert.match(notice.what, /a script from https:\/\/cdn\.example:8443/);
  assert.match(notice.remedy, /--template-source https:\/\/cdn\.example:8443/);
});

test("what is blocked without an address is told by the rule it broke", () => {
  for (const address of ["inline", "eval", "", "data"]) assert.match(blockedNotice("script-src", address).what, /may not use a script in this way/);
});

test("a picture that does not come is told by its text, and one without an address is none", () => {
  const picture = (attributes: Record<string, string>): Element => ({ localName: "img", getAttribute: (name: string) => attributes[name] ?? null }) as unknown as Element;
  assert.match(failedNotice(picture({ src: "/objects/welds/weld.png?grant=1.2", alt: "the weld" }))!.what, /A picture .* \(the weld\)/);
  assert.equal(failedNotice(picture({})), undefined);
});

const asking = (answerAfter: number): { told: Notice[]; asked: number; confirm: (text: string) => boolean } => {
  const found = { told: [] as Notice[], asked: 0, confirm: (): boolean => false };
  let time = 0;
  const window = { alert: () => undefined, confirm: () => ((time += answerAfter), true), prompt: () => null };
  watchDialogs(window, (notice) => found.told.push(notice), () => found.asked++, () => time);
  found.confirm = window.confirm;
  return found;
};

test("a window that a worker has read answers, and is told to the page around", () => {
  const found = asking(800);
  assert.equal(found.confirm("Sure?"), true);
  assert.deepEqual([found.told.length, found.asked], [0, 1]);
});

test("a window that closed at once was not shown, and its text is told", () => {
  const found = asking(1);
  found.confirm("Sure?");
  assert.match(found.told[0]!.what, /wanted to ask: Sure\?/);
  assert.equal(found.asked, 0);
});
