import assert from "node:assert/strict";
import { test } from "node:test";
import { makeClasses } from "../classes";
import { MarkTool } from "../mark-tool";
import { isOn, moved, reshaped, type Kind, type Mark } from "../shapes";

const SIZE = { width: 400, height: 200 };

const toolFor = (kind: Kind): MarkTool => {
  const tool = new MarkTool(kind);
  tool.setClasses(makeClasses(["Pore", "Crack"]));
  tool.resize(SIZE);
  return tool;
};

const drag = (tool: MarkTool, from: [number, number], to: [number, number]): void => {
  tool.press({ x: from[0], y: from[1] }, 2);
  tool.move({ x: to[0], y: to[1] });
  tool.release({ x: to[0], y: to[1] }, true);
};

const click = (tool: MarkTool, ...places: [number, number][]): void => {
  for (const [x, y] of places) {
    tool.press({ x, y }, 2);
    tool.release({ x, y }, false);
  }
};

const points = (tool: MarkTool): number[][][] => tool.marks.map((mark) => mark.points.map(({ x, y }) => [x, y]));

test("a box is the same whichever corner it is drawn from", () => {
  const corners: [[number, number], [number, number]][] = [[[10, 20], [30, 50]], [[30, 50], [10, 20]], [[10, 50], [30, 20]], [[30, 20], [10, 50]]];
  for (const [from, to] of corners) {
    const tool = toolFor("box");
    drag(tool, from, to);
    assert.deepEqual(points(tool), [[[10, 20], [30, 50]]]);
  }
});

test("a box may be drawn by two clicks", () => {
  const tool = toolFor("box");
  click(tool, [10, 20], [30, 50]);
  assert.deepEqual(points(tool), [[[10, 20], [30, 50]]]);
});

test("a box without an area is none, and a click alone draws none", () => {
  const tool = toolFor("box");
  click(tool, [10, 20], [10, 60]);
  assert.deepEqual(points(tool), []);
});

test("a polygon ends at its first point, a polyline where its last point is clicked again", () => {
  const places: [number, number][] = [[10, 10], [60, 10], [60, 60]];
  for (const [kind, end] of [["polygon", [10, 10]], ["polyline", [60, 60]]] as [Kind, [number, number]][]) {
    const tool = toolFor(kind);
    click(tool, ...places, end);
    assert.deepEqual(points(tool), [places]);
  }
});

test("whatever is done is undone and redone in the same order", () => {
  const tool = toolFor("point");
  click(tool, [10, 10], [20, 20], [30, 30]);
  tool.delete(2);
  tool.choose("Crack");
  const now = JSON.stringify(tool.marks);

  let steps = 0;
  while (tool.undo()) steps++;
  assert.deepEqual(points(tool), []);
  while (tool.redo()) steps--;

  assert.equal(steps, 0);
  assert.equal(JSON.stringify(tool.marks), now);
});

test("the version grows with what is drawn, not with what is looked at", () => {
  const tool = toolFor("point");
  click(tool, [10, 10]);
  const { version } = tool;

  tool.select(1);
  tool.move({ x: 50, y: 50 });
  assert.equal(tool.version, version);

  tool.nudge(1, 0, false);
  assert.notEqual(tool.version, version);
});

test("a mark that is moved keeps its shape and stays within the photograph", () => {
  const shape: Mark = { id: 1, kind: "polygon", label: "", points: [{ x: 10, y: 10 }, { x: 50, y: 20 }, { x: 30, y: 60 }] };
  for (const [dx, dy] of [[1e6, 1e6], [-1e6, 3], [5.4, -7.6]] as const) {
    const after = moved(shape, dx, dy, SIZE).points;
    const by = { x: after[0]!.x - 10, y: after[0]!.y - 10 };
    assert.deepEqual(after, shape.points.map(({ x, y }) => ({ x: x + by.x, y: y + by.y })));
    assert.ok(after.every(({ x, y }) => x >= 0 && y >= 0 && x <= SIZE.width && y <= SIZE.height));
  }
});

test("a handle never takes a box's area", () => {
  const box: Mark = { id: 1, kind: "box", label: "", points: [{ x: 10, y: 10 }, { x: 20, y: 20 }] };
  assert.deepEqual(reshaped(box, 5, { x: 5, y: 0 }, SIZE), box);
  assert.deepEqual(reshaped(box, 5, { x: 55.4, y: 0 }, SIZE).points, [{ x: 10, y: 10 }, { x: 55, y: 20 }]);
});

test("a box is touched on its border, not inside, so that another can be drawn there", () => {
  const box: Mark = { id: 1, kind: "box", label: "", points: [{ x: 10, y: 10 }, { x: 50, y: 50 }] };
  assert.equal(isOn(box, { x: 11, y: 30 }, 2), true);
  assert.equal(isOn(box, { x: 30, y: 30 }, 2), false);
});

test("a point is the pixel that it lies in", () => {
  const tool = toolFor("point");
  click(tool, [10.9, 20.1], [400, 200]);
  assert.deepEqual(points(tool), [[[10, 20]], [[399, 199]]]);
});

test("a class that is chosen goes to the selected mark and to the next", () => {
  const tool = toolFor("point");
  click(tool, [10, 10]);
  tool.choose("Crack");
  click(tool, [50, 50]);
  assert.deepEqual(tool.marks.map((mark) => mark.label), ["Crack", "Crack"]);
});
