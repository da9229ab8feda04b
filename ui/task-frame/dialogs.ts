// alert, confirm and prompt: the browser's own windows, which the frame's sandbox allows.

import { unshownDialogNotice } from "./findings";
import type { Notice } from "./notices";

type Asking = Pick<Window & typeof globalThis, "alert" | "confirm" | "prompt">;

/** Nobody reads and closes a window in so few milliseconds: the browser did not show it. */
const UNREAD = 30;

/**
 * Let a window's dialogs say when the browser shows none, and call `asked` after each, for a worker who closes one has
 * touched the page, which the page around the frame cannot see by itself. While `mayAsk` says no, none is shown.
 */
export const watchDialogs = (window: Asking, tell: (notice: Notice) => void, asked: () => void, now: () => number, mayAsk: () => boolean = () => true): void => {
  const { alert, confirm, prompt } = window;
  const watch = <Answer>(kind: string, text: unknown, none: Answer, show: () => Answer): Answer => {
    if (!mayAsk()) return none;
    const since = now();
    const answer = show();
    if (now() - since < UNREAD) tell(unshownDialogNotice(kind, String(text ?? "")));
    else asked();
    return answer;
  };
  window.alert = (text?: unknown) => watch("alert", text, undefined, () => alert.call(window, text));
  window.confirm = (text?: string) => watch("confirm", text, false, () => confirm.call(window, text));
  window.prompt = (text?: string, value?: string) => watch("prompt", text, null, () => prompt.call(window, text, value));
};
