// One lane: a chart of one channel, or of several laid over each other, over the time axis that all lanes share.
import uPlot from "uplot";
import { make } from "../dom";
import { drawLine } from "./line";
import { ticks } from "./number-text";
import type { Series } from "./series";
import { COLOURS } from "./style";
import type { Channel } from "./trace-file";
import type { Range } from "./viewport";

/** Where the plot lies in its element, the same for all lanes: to the left the axis of values, to the right a little air. */
export const PLOT_LEFT = 64;
export const PLOT_RIGHT = 22;
const AXIS_HEIGHT = 38;
const AIR = 0.06;

export type Values = readonly [number, number];

export interface Drawing {
  range: Range;
  series: (channel: Channel) => Series;
  values: (channel: Channel) => Values;
}

export const colourOf = (channel: Channel): string => COLOURS[channel.index % COLOURS.length]!;

const scaleOf = (channel: Channel): string => `y ${channel.about.unit}`;

export class Lane {
  readonly element: HTMLElement;
  readonly side = make("div", { class: "side" });
  readonly plot = make("div", { class: "plot" });
  /** What lies over the lines: marks, selection, cursor. */
  readonly layer = make("div", { class: "layer" });
  #chart?: uPlot;
  #drawn: readonly Series[] = [];
  #axes: readonly number[] = [];

  constructor(readonly channels: readonly Channel[]) {
    this.element = make("div", { class: "lane", role: "group", "aria-label": channels.map((each) => each.about.title).join(", ") }, this.side, this.plot);
    this.layer.style.left = `${PLOT_LEFT}px`;
    this.layer.style.right = `${PLOT_RIGHT}px`;
  }

  /** Make the chart; the last lane carries the axis of time. */
  build(width: number, height: number, timeTitle: string | null): void {
    this.#chart?.destroy();
    const full = height + (timeTitle === null ? 0 : AXIS_HEIGHT);
    this.plot.style.height = `${full}px`;
    this.layer.style.bottom = `${full - height}px`;
    this.#drawn = [];
    this.#chart = new uPlot(this.#options(width, full, timeTitle), [[]], this.plot);
    this.plot.append(this.layer);
  }

  /** Draw, unless this very picture is there already: most frames only move the cursor. */
  draw({ range, series, values }: Drawing): void {
    const chart = this.#chart;
    if (!chart) return;
    const shown = this.channels.map(series);
    const axes = [range.from, range.to, ...this.channels.flatMap(values)];
    if (isSame(shown, this.#drawn) && isSame(axes, this.#axes)) return;
    [this.#drawn, this.#axes] = [shown, axes];
    chart.batch(() => {
      chart.setScale("x", { min: range.from, max: range.to });
      for (const channel of this.channels) chart.setScale(scaleOf(channel), span(values(channel)));
    });
  }

  /** Return how far from the top of the plot a value of a channel is drawn. */
  height(channel: Channel, value: number): number {
    return this.#chart?.valToPos(value, scaleOf(channel)) ?? 0;
  }

  destroy(): void {
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  #options(width: number, height: number, timeTitle: string | null): uPlot.Options {
    const scales = Object.fromEntries(this.channels.map((each) => [scaleOf(each), { auto: false, range: kept }]));
    return {
      width,
      height,
      padding: [6, PLOT_RIGHT, timeTitle === null ? 6 : 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { time: false, auto: false, range: kept }, ...scales },
      series: [{}],
      axes: [timeAxis(timeTitle), valueAxis(scaleOf(this.channels[0]!))],
      hooks: { drawClear: [(chart) => { this.#drawGaps(chart); }], draw: [(chart) => { this.#drawLines(chart); }] },
    };
  }

  #drawLines(chart: uPlot): void {
    const { min: from, max: to } = chart.scales["x"]!;
    this.#drawn.forEach((series, at) => {
      const channel = this.channels[at]!;
      const { min: lowest, max: highest } = chart.scales[scaleOf(channel)]!;
      drawLine(chart.ctx, series, { ...chart.bbox, from: from!, to: to!, lowest: lowest!, highest: highest! }, colourOf(channel), uPlot.pxRatio);
    });
  }

  /** Paint where samples are missing: at least two pixels wide, however short the gap. */
  #drawGaps(chart: uPlot): void {
    const { left, top, width, height } = chart.bbox;
    chart.ctx.fillStyle = "#f6d5d5";
    for (const [from, to] of this.#drawn.flatMap((each) => each.gaps)) {
      const [a, b] = [chart.valToPos(from, "x", true), chart.valToPos(to, "x", true)];
      if (b < left || a > left + width) continue;
      const begin = Math.max(left, a);
      chart.ctx.fillRect(begin, top, Math.max(2, Math.min(b, left + width) - begin), height);
    }
  }
}

const kept = (_: uPlot, from: number | null, to: number | null): [number, number] => [from ?? 0, to ?? 1];

const isSame = (some: readonly unknown[], others: readonly unknown[]): boolean =>
  some.length === others.length && some.every((each, at) => each === others[at]);

/** Return the ends of an axis: the values with a little air, or a band of its own size around a constant. */
const span = ([low, high]: Values): { min: number; max: number } => {
  const air = AIR * (high - low) || 0.1 * Math.abs(high) || 1;
  return { min: low - air, max: high + air };
};

const texts = (_: uPlot, values: number[]): string[] => ticks(values);

const GRID = { stroke: "#e9edf2", width: 1 };

const timeAxis = (title: string | null): uPlot.Axis => ({
  // Lanes above the last show the lines of the axis only.
  size: title === null ? 0 : 24,
  ...(title !== null && { labelSize: AXIS_HEIGHT - 24, label: title, labelFont: "12px system-ui, sans-serif" }),
  font: "12px system-ui, sans-serif",
  stroke: "#4d5967",
  grid: GRID,
  ticks: { show: title !== null, size: 4, stroke: "#c5ccd6" },
  space: 90,
  values: title === null ? (_, values) => values.map(() => "") : texts,
});

const valueAxis = (scale: string): uPlot.Axis => ({
  scale,
  size: PLOT_LEFT,
  font: "12px system-ui, sans-serif",
  stroke: "#4d5967",
  grid: GRID,
  ticks: { size: 4, stroke: "#c5ccd6" },
  space: 26,
  values: texts,
});
