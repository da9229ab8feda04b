// The browser's own inputs inside a crowd-form: what they answer and what they miss.

import type { Json } from "./element";

export type NativeControl = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

const SELECTOR = "input, select, textarea";
const SILENT = new Set(["submit", "button", "reset", "image", "file"]);

export const isNativeControl = (element: Element): element is NativeControl => element.matches(SELECTOR);

/** Return what a native control inside the form answers, undefined for nothing. */
export const nativeAnswer = (control: NativeControl): Json | undefined => {
  if (!control.name || control.matches(":disabled") || SILENT.has(control.type)) return undefined;
  if (control instanceof HTMLSelectElement && control.multiple) return [...control.selectedOptions].map((option) => option.value);
  if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) return { [control.value]: control.checked };
  return control.value;
};

export const nativeProblem = (control: NativeControl): string => {
  if (control.checkValidity()) return "";
  return `${control.labels?.[0]?.textContent.trim() || control.name}: ${control.validationMessage}`;
};
