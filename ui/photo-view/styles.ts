// How a photograph and the tools around it look.

import { styleSheet } from "../dom";

export const WORKBENCH_STYLE = styleSheet(`
  .bench { display: flex; flex-direction: column; gap: .35rem; min-width: 0; }
  .tools { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .4rem; }
  .tools button { min-width: 2.25rem; min-height: 2rem; padding: .1rem .5rem; }
  .tools button[aria-pressed="true"] { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
  .tools label { display: inline-flex; align-items: center; gap: .3rem; font-size: .85rem; color: var(--quiet); }
  .tools input[type="range"] { width: 5.5rem; accent-color: var(--accent); }
  .tools .gap { flex: 1; }
  .stage { position: relative; overflow: hidden; height: var(--stage-height, min(66vh, 46rem)); min-height: min(12rem, var(--stage-height, 12rem)); border: 1px solid var(--edge); border-radius: 6px;
           background: #2b3037; cursor: crosshair; touch-action: none; user-select: none; }
  .stage.panning { cursor: grab; }
  .stage:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
  .world { position: absolute; left: 0; top: 0; transform-origin: 0 0; }
  .world > * { position: absolute; left: 0; top: 0; width: 100%; height: 100%; }
  .world.large .photo, .world .upper-canvas { image-rendering: pixelated; }
  .world .upper-canvas { opacity: .6; pointer-events: none; }
  .stage > svg { position: absolute; inset: 0; width: 100%; height: 100%; pointer-events: none; font-family: system-ui, sans-serif; }
  .status { display: flex; flex-wrap: wrap; justify-content: space-between; gap: .2rem 1rem; min-height: 1.3em; font-size: .85rem; color: var(--quiet); }
  .status .wrong { color: var(--wrong); font-weight: 600; }
  .classes, .marks { display: flex; flex-direction: column; gap: .3rem; margin: 0; padding: 0; list-style: none; }
  .classes button { display: flex; align-items: center; gap: .5rem; width: 100%; text-align: left; }
  .classes button span { flex: 1; overflow-wrap: anywhere; }
  .classes button[aria-pressed="true"] { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
  .swatch { flex: none; width: 1rem; height: 1rem; border: 1px solid #1b2430; border-radius: 3px; }
  .marks { max-height: 16rem; overflow: auto; font-size: .9rem; }
  .marks li { display: flex; gap: .25rem; }
  .marks button { min-height: 1.9rem; padding: .1rem .5rem; }
  .marks li > button:first-child { flex: 1; display: flex; align-items: center; gap: .4rem; text-align: left; }
  .marks small { color: var(--quiet); }
  .marks li.selected > button:first-child { border-color: var(--accent); background: var(--tint); }
  .kinds { display: flex; flex-wrap: wrap; gap: .25rem; }
  .kinds button { min-height: 2rem; padding: .1rem .6rem; }
  .kinds button[aria-pressed="true"] { border-color: var(--accent); background: var(--tint); box-shadow: inset 0 0 0 1px var(--accent); }
  .stages { display: grid; grid-auto-columns: minmax(0, 1fr); grid-auto-flow: column; gap: .5rem; }
  button[hidden] { display: none; }
  h2.part { margin: .4rem 0 .2rem; font-size: .9rem; color: var(--quiet); }
  dl.keys { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1rem; margin: .5rem 0; }
  dl.keys dt { font-weight: 600; } dl.keys dd { margin: 0; }
`);

/** The page of <photo-view> by itself. */
export const VIEW_STYLE = styleSheet(`
  h1 { margin: 0 0 .3rem; font-size: 1.15rem; }
  .view { display: grid; grid-template-columns: minmax(0, 1fr) 15rem; gap: .4rem 1rem; align-items: start; }
  .view.bare { grid-template-columns: minmax(0, 1fr); }
  .bare .bench { position: relative; }
  .bare .status { position: absolute; right: 4px; bottom: 4px; padding: 0 .4rem; border-radius: 4px; background: #fffd; pointer-events: none; }
  .kinds { margin-bottom: .4rem; }
  p[role="alert"] { margin: 0; color: var(--wrong); font-weight: 600; }
  @media (max-width: 50rem) { .view { grid-template-columns: minmax(0, 1fr); } }
`);
