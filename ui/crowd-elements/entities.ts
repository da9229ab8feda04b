// Parts of a text and their labels; offsets inside are UTF-16 units, those of answers count Unicode characters as AWS does.

import type { Json } from "./element";

export interface Label {
  readonly label: string;
  readonly shortDisplayName: string;
  readonly fullDisplayName: string;
}

/** A part of the text from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly label: string;
}

/** Return how many Unicode characters stand before a UTF-16 offset. */
export const toUnicode = (text: string, offset: number): number => [...text.slice(0, offset)].length;

/** Return the UTF-16 offset of the n-th Unicode character. */
export const fromUnicode = (text: string, count: number): number => [...text].slice(0, count).join("").length;

/** Read the labels of an attribute: texts, or objects with `label` and names to display. */
export const readLabels = (value: Json | undefined): readonly Label[] => {
  if (!Array.isArray(value)) return [];
  return value.map((item) => {
    const fields = typeof item === "object" && item && !Array.isArray(item) ? item : { label: String(item) };
    const label = String(fields["label"] ?? "");
    return { label, shortDisplayName: String(fields["shortDisplayName"] ?? label), fullDisplayName: String(fields["fullDisplayName"] ?? label) };
  });
};

/** Read the spans that a page begins with; those that cannot be shown are left out and told. */
export const readSpans = (value: Json | undefined, labels: readonly Label[], text: string): { spans: readonly Span[]; problem: string } => {
  const given = Array.isArray(value) ? value : [];
  let spans: readonly Span[] = [];
  for (const item of given) {
    const span = readSpan(item, text);
    const known = span && labels.some(({ label }) => label === span.label);
    spans = (known && addSpan(spans, span)) || spans;
  }
  const lost = given.length - spans.length;
  return { spans, problem: lost ? `${lost} of the labels given at the start are not shown: they have no label of this task, lie outside the text, or overlap.` : "" };
};

const readSpan = (item: Json, text: string): Span | undefined => {
  if (typeof item !== "object" || !item || Array.isArray(item)) return undefined;
  const [first, last] = [Number(item["startOffset"]), Number(item["endOffset"])];
  const inside = first >= 0 && first < last && last <= [...text].length;
  return inside ? { start: fromUnicode(text, first), end: fromUnicode(text, last), label: String(item["label"]) } : undefined;
};

/** Return the spans with another, in the order of the text; undefined when it would divide one. One that it covers gives way. */
export const addSpan = (spans: readonly Span[], added: Span): readonly Span[] | undefined => {
  const touched = spans.filter((span) => span.start < added.end && added.start < span.end);
  if (touched.some((span) => span.start < added.start || span.end > added.end)) return undefined;
  return [...spans.filter((span) => !touched.includes(span)), added].sort((one, other) => one.start - other.start);
};

/** Return a text in pieces, those with a label with their span. */
export const pieces = (text: string, spans: readonly Span[]): { text: string; span?: Span }[] => {
  const found: { text: string; span?: Span }[] = [];
  let at = 0;
  for (const span of spans) {
    if (span.start > at) found.push({ text: text.slice(at, span.start) });
    found.push({ text: text.slice(span.start, span.end), span });
    at = span.end;
  }
  if (at < text.length) found.push({ text: text.slice(at) });
  return found;
};
