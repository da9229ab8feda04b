import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, LARGEST_SCALE, pan, revealing, toPhoto, toView, zoomAt } from "../viewport";

const PHOTO = { width: 4000, height: 3000 };
const VIEW = { width: 1000, height: 500 };

test("a photograph that fits is seen whole and in the middle", () => {
  const viewport = fit(PHOTO, VIEW);

  assert.equal(viewport.scale, 500 / 3000);
  assert.deepEqual(toView(viewport, { x: 2000, y: 1500 }), { x: 500, y: 250 });
});

test("a point that is taken to the view and back is the same", () => {
  for (const scale of [0.05, 1, 7.3, 64]) {
    const back = toPhoto({ scale, x: 12.5, y: -300 }, toView({ scale, x: 12.5, y: -300 }, { x: 3999, y: 1 }));
    assert.ok(Math.abs(back.x - 3999) < 1e-9 && Math.abs(back.y - 1) < 1e-9);
  }
});

test("what is under the pointer stays there when the view is zoomed", () => {
  let viewport = fit(PHOTO, VIEW);
  const at = { x: 613, y: 77 };
  const under = toPhoto(viewport, at);

  for (const factor of [1.25, 3, 0.5, 40, 0.1]) viewport = zoomAt(viewport, at, factor, 0.01);

  const now = toPhoto(viewport, at);
  assert.ok(Math.hypot(now.x - under.x, now.y - under.y) < 1e-6);
});

test("zoom ends at the largest and at the smallest scale", () => {
  assert.equal(zoomAt(fit(PHOTO, VIEW), { x: 0, y: 0 }, 1e9, 0.1).scale, LARGEST_SCALE);
  assert.equal(zoomAt(fit(PHOTO, VIEW), { x: 0, y: 0 }, 1e-9, 0.1).scale, 0.1);
});

test("some of the photograph stays in the view however far it is moved", () => {
  const away = pan(fit(PHOTO, VIEW), 1e6, -1e6, PHOTO, VIEW);

  assert.ok(away.x < VIEW.width);
  assert.ok(away.y + PHOTO.height * away.scale > 0);
});

test("the view moves just so far that a point is seen, and not when it is", () => {
  const near = { scale: 10, x: 0, y: 0 };

  assert.deepEqual(revealing(near, { x: 50, y: 25 }, VIEW), near);
  const moved = toView(revealing(near, { x: 200, y: 25 }, VIEW), { x: 200, y: 25 });
  assert.ok(moved.x > 0 && moved.x < VIEW.width);
});
