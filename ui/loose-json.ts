// Attributes that hold data: JSON, or what templates for Ground Truth write in its place.

import JSON5 from "json5";
import type { Json } from "./json";

/** An attribute that cannot be read; the message says where and what was expected. */
export class UnreadableAttribute extends Error {}

/**
 * Return the value of an attribute; JSON5 covers single quotes, keys without quotes, comments and commas at the end, all of
 * which stand in AWS's own reference.
 */
export const readAttribute = (element: Element, name: string): Json | undefined => {
  const text = element.getAttribute(name)?.trim();
  if (!text) return undefined;
  try {
    return JSON5.parse<Json>(text);
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^JSON5: /, "") : String(error);
    throw new UnreadableAttribute(`${name} of ${element.localName} cannot be read (${why}): expected JSON, as "{{ value | to_json | escape }}" writes it`);
  }
};

/** Return the texts of a list attribute; `undefined` stands for an attribute that is not there. */
export const readTexts = (element: Element, name: string): string[] => {
  const found = readAttribute(element, name) ?? [];
  if (!Array.isArray(found)) throw new UnreadableAttribute(`${name} of ${element.localName} is no list: expected ["one", "two"]`);
  return found.map((item) => (typeof item === "string" ? item : typeof item === "object" ? JSON.stringify(item) : String(item)));
};
