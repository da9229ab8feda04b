// How a signal view looks. The first rules are those of uPlot's own style sheet that its canvas and axes need.

export const CSS = `
  .uplot, .u-wrap { position: relative; }
  .u-over, .u-under, .u-axis { position: absolute; }
  .uplot canvas { display: block; position: relative; width: 100%; height: 100%; }

  :host { display: block; box-sizing: border-box; color: #1b2430; background: #fff; font: 14px/1.35 system-ui, sans-serif;
          --accent: #0b5cad; --tint: #e8f1fb; --hair: #d5dbe3; --edge: #76818f; --quiet: #4d5967; --side: 150px; }
  :host([hidden]) { display: none; }
  *, *::before { box-sizing: border-box; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
  .frame { border: 1px solid var(--hair); border-radius: 6px; overflow: hidden; }
  .frame:focus-visible { outline-offset: -3px; }
  button, select, input { font: inherit; color: inherit; }
  button { min-width: 32px; min-height: 32px; padding: 0 .5em; border: 1px solid var(--edge); border-radius: 5px; background: #fff; cursor: pointer; }
  button:hover { background: var(--tint); }
  button:disabled { opacity: .45; cursor: default; }
  button[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: #fff; }
  .bar { display: flex; flex-wrap: wrap; gap: 4px 6px; align-items: center; padding: 5px 6px; background: #f6f8fa; border-bottom: 1px solid var(--hair); }
  .group { display: flex; gap: 2px; align-items: center; }
  .group.end { margin-left: auto; }
  .group.classes { flex: 1 0 100%; flex-wrap: wrap; gap: 4px 2px; }
  .chip, .chip[aria-pressed="true"] { border-left: 8px solid var(--mark); }
  .chip kbd { color: inherit; font: inherit; opacity: .7; margin-right: .3em; }
  .lane { display: grid; grid-template-columns: var(--side) minmax(0, 1fr); border-bottom: 1px solid var(--hair); }
  .lane.active .side { background: var(--tint); }
  .side { padding: 4px 6px; overflow: hidden; border-right: 1px solid var(--hair); }
  .side .name { font-size: 13px; font-weight: 600; overflow-wrap: anywhere; color: color-mix(in srgb, var(--ink) 55%, #1b2430); }
  .side .value { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; min-height: 1.35em; }
  .side .tools { display: flex; flex-wrap: wrap; gap: 2px; opacity: .0; transition: opacity .1s; }
  .lane:hover .tools, .lane:focus-within .tools, .lane.active .tools { opacity: 1; }
  .side .tools button { min-width: 24px; min-height: 24px; padding: 0; line-height: 1; }
  .side label { display: block; font-size: 12px; color: var(--quiet); }
  .side input { width: 84px; }
  .plot { position: relative; touch-action: pan-y; cursor: crosshair; user-select: none; -webkit-user-select: none; overflow: hidden; }
  .plot.move { cursor: grab; }
  .layer { position: absolute; top: 0; bottom: 0; overflow: hidden; pointer-events: none; }
  .line { position: absolute; top: 0; bottom: 0; left: 0; width: 1px; background: #1b2430; opacity: .75; will-change: transform; }
  .dot { position: absolute; left: -4px; top: -4px; width: 8px; height: 8px; border-radius: 50%; border: 2px solid #fff; outline: 1px solid #1b2430; will-change: transform; }
  .mark { position: absolute; top: 0; bottom: 0; left: 0; min-width: 2px; background: color-mix(in srgb, var(--mark) 16%, transparent);
          border: 0 solid var(--mark); border-width: 0 1px; transform-origin: 0 0; }
  .mark.point { width: 3px !important; margin-left: -1px; background: var(--mark); border: 0; }
  .mark.selected { background: color-mix(in srgb, var(--mark) 28%, transparent); border-width: 0 3px; }
  .mark.point.selected { width: 5px !important; margin-left: -2px; }
  .mark b { position: absolute; top: 1px; left: 2px; padding: 0 4px; border-radius: 3px; background: #fffe; color: #1b2430; font-size: 11px; font-weight: 600; white-space: nowrap; }
  .selection { position: absolute; top: 0; bottom: 0; left: 0; background: repeating-linear-gradient(45deg, #0b5cad33 0 6px, #0b5cad11 6px 12px); border: 0 solid var(--accent); border-width: 0 1px; }
  .spectrum { grid-column: 2; position: relative; height: 90px; border-top: 1px solid var(--hair); }
  .spectrum canvas { position: absolute; image-rendering: pixelated; }
  .spectrum span { position: absolute; left: 4px; top: 2px; font-size: 11px; color: var(--quiet); background: #fffd; padding: 0 3px; }
  .foot { display: grid; grid-template-columns: var(--side) minmax(0, 1fr); }
  .when { padding: 4px 6px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; border-right: 1px solid var(--hair); }
  .strip { position: relative; height: 46px; touch-action: none; cursor: grab; }
  .strip canvas { position: absolute; inset: 0; width: 100%; height: 100%; }
  .window { position: absolute; top: 0; bottom: 0; left: 0; min-width: 6px; border: 2px solid var(--accent); background: #0b5cad22; border-radius: 2px; }
  .list { max-height: 132px; overflow: auto; border-top: 1px solid var(--hair); font-size: 13px; }
  .list:empty { display: none; }
  .list table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
  .list td, .list th { padding: 1px 8px; text-align: left; }
  .list tr[aria-selected="true"] { background: var(--tint); }
  .list td:first-child { border-left: 8px solid var(--mark); }
  .list button { min-height: 24px; }
  .status { min-height: 1.5em; padding: 1px 8px; font-size: 12px; color: var(--quiet); border-top: 1px solid var(--hair); }
  .status.wrong { color: #a5161d; font-weight: 600; }
  .keys { padding: 4px 10px 8px; columns: 3; font-size: 12px; border-top: 1px solid var(--hair); }
  .keys[hidden] { display: none; }
  .keys div { break-inside: avoid; }
  .keys kbd { padding: 0 .35em; border: 1px solid var(--edge); border-radius: 4px; }
  audio { height: 32px; }
  @media (max-width: 700px) { :host { --side: 96px; } .keys { columns: 1; } }
`;

/** Okabe and Ito's palette, distinct for every kind of colour vision; the charts of the same log use the same order. */
export const COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000"];

/** Colours of marks: not those of lines, and dark enough beside white. */
export const MARK_COLOURS = ["#C2185B", "#6A1B9A", "#00695C", "#E65100", "#1565C0", "#827717", "#4E342E", "#37474F", "#AD1457"];
