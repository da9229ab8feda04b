// Icons by the names that templates for AWS use.

import { make } from "../dom";

/** Signs of Unicode in the place of the most usual icons; an icon of any other name is written as that name. */
const SIGNS: Record<string, string> = {
  add: "+", remove: "−", close: "×", clear: "×", check: "✓", done: "✓", star: "★", "star-border": "☆", favorite: "♥", "favorite-border": "♡",
  search: "⌕", help: "?", "help-outline": "?", info: "ℹ", "info-outline": "ℹ", warning: "⚠", error: "⚠", report: "⚠", "report-problem": "⚠", "bug-report": "⚠", delete: "✕", create: "✎", edit: "✎",
  settings: "⚙", menu: "☰", "arrow-back": "←", "arrow-forward": "→", "arrow-upward": "↑", "arrow-downward": "↓", "chevron-left": "‹", "chevron-right": "›",
  "expand-more": "⌄", "expand-less": "⌃", refresh: "↻", undo: "↶", redo: "↷", "zoom-in": "⊕", "zoom-out": "⊖", "thumb-up": "👍", "thumb-down": "👎",
  "play-arrow": "▶", pause: "⏸", stop: "⏹", send: "➤", save: "💾", mail: "✉", link: "🔗", home: "⌂", flag: "⚑", lock: "🔒", visibility: "👁",
};

/** Return an icon; a set before the name, as in `icons:star`, is left out. The address of a picture shows the picture. */
export const icon = (name: string): HTMLElement => {
  if (/^(https?:|data:|\.{0,2}\/)/.test(name)) return make("img", { src: name, alt: "", width: 24, height: 24 });
  const known = SIGNS[name.split(":").at(-1)!.trim().toLowerCase()];
  return make("span", { "aria-hidden": "true" }, known ?? name);
};
