// Whether somebody is at work: the page around the frame counts the time of a task without the pauses.

import { tellPage } from "../messages";

const INPUTS = ["pointerdown", "pointermove", "keydown", "wheel", "touchmove", "scroll"] as const;
const PAUSE = 1000;

export const tellAttention = (): void => {
  let told = -Infinity;
  const tell = (): void => {
    if (performance.now() - told < PAUSE) return;
    told = performance.now();
    tellPage("tracemark-active");
  };
  for (const kind of INPUTS) window.addEventListener(kind, tell, { capture: true, passive: true });
};
