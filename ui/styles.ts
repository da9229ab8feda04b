// Styles that all our elements share: colours, buttons, windows over the task.

import { styleSheet } from "./dom";

export const BASE_STYLE = styleSheet(`
  :host { display: block; box-sizing: border-box; color: #1b2430; font: 1rem/1.4 system-ui, sans-serif;
          --accent: #0b5cad; --tint: #e8f1fb; --edge: #76818f; --hair: #d5dbe3; --wrong: #a5161d; --quiet: #4d5967; }
  :host([hidden]) { display: none; }
  *, *::before { box-sizing: border-box; }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  button { min-height: 2.25rem; padding: .3rem .9rem; border: 1px solid var(--edge); border-radius: 6px;
           background: #fff; color: inherit; font: inherit; cursor: pointer; }
  button:hover { background: var(--tint); }
  button.primary { border-color: var(--accent); background: var(--accent); color: #fff; font-weight: 600; }
  button.primary:hover { background: #084a8c; }
  button:disabled { opacity: .6; cursor: default; }
  kbd { padding: 0 .35em; border: 1px solid var(--edge); border-radius: 4px; font: inherit; font-size: .8em; color: var(--quiet); }
`);

export const DIALOG_STYLE = styleSheet(`
  dialog { width: min(80rem, calc(100vw - 2rem)); max-height: calc(100vh - 2rem); padding: 0; border: 1px solid var(--edge);
           border-radius: 10px; color: inherit; }
  dialog.small { width: min(34rem, calc(100vw - 2rem)); }
  dialog::backdrop { background: rgb(20 28 38 / .45); }
  dialog header { position: sticky; top: 0; display: flex; align-items: center; justify-content: space-between; gap: 1rem;
                  padding: .6rem 1rem; border-bottom: 1px solid var(--hair); background: #fff; }
  dialog h2 { margin: 0; font-size: 1.15rem; }
  dialog .content { padding: .4rem 1rem 1rem; }
  .regions ::slotted(*) { display: block; }
`);
