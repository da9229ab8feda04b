// The classes that marks can have, each with a colour of its own.

/** Colours that are told apart, also by most people who see few of them; the first are those of AWS's own tools. */
export const PALETTE: readonly string[] = [
  "#2ca02c", "#1f77b4", "#ff7f0e", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf",
];

/** Return a colour for the n-th class, counted from 0, as `#rrggbb`; no two of the first 10,000 are the same. */
export const colour = (index: number): string => {
  const found = PALETTE[index];
  if (found) return found;
  // The golden angle spreads hues evenly; the index in the blue keeps colours apart that are rounded to the same hue.
  const hue = (index * 137.508) % 360;
  const channel = (shift: number): number => Math.round(127 + 110 * Math.cos(((hue + shift) * Math.PI) / 180));
  const parts = [channel(0), channel(240), (channel(120) & ~0x0f) | (index % 16)];
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
};

export interface Classes {
  readonly labels: readonly string[];
  readonly colours: readonly string[];
}

/** Return classes; those without a colour given (`#rrggbb`) get one that none has yet. */
export const makeClasses = (labels: readonly string[], given: readonly (string | undefined)[] = []): Classes => {
  const taken = new Set(given.slice(0, labels.length).map((text) => text?.toLowerCase()));
  let next = 0;
  const free = (): string => {
    let found = colour(next++);
    while (taken.has(found)) found = colour(next++);
    taken.add(found);
    return found;
  };
  return { labels, colours: labels.map((_, index) => given[index]?.toLowerCase() ?? free()) };
};

export const colourOf = (classes: Classes, label: string): string => classes.colours[classes.labels.indexOf(label)] ?? "#1b2430";
