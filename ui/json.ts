// What JSON can say.

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** Return the value of a text, or undefined when it is no JSON. */
export const readText = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};
