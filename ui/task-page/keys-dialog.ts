// The window that shows the keys, and lets a worker choose others.

import { make } from "../dom";
import { COMMANDS, keyFor, keyOf, refusalOf, type Command } from "../keys";
import type { WorkerKeys } from "./worker-keys";

export class KeysDialog {
  private readonly told = make("p", { role: "alert", class: "wrong" });
  private readonly rows = new Map<Command, HTMLButtonElement>();
  private readonly dialog: HTMLDialogElement;
  private waiting: Command | undefined;

  constructor(private readonly keys: WorkerKeys, closed: () => void) {
    const list = make("dl", {}, ...COMMANDS.flatMap((command) => this.row(command)));
    const hint = make("p", { class: "quiet" }, "Press a button, then the key that you want instead. Your browser keeps them for you.");
    const digits = make("p", { class: "quiet" }, "A number chooses in the form. While you work on signals or a photograph, a mark that is selected takes it as its class; Esc lets go of the mark.");
    const reset = make("button", { type: "button", click: () => this.reset() }, "All as they were");
    const close = make("button", { type: "button", class: "primary", click: () => this.dialog.close() }, "Close");
    this.dialog = make("dialog", { class: "keys", "aria-labelledby": "keys-title", close: closed }, make("h2", { id: "keys-title" }, "Keys"), hint, digits, this.told, list, make("p", { class: "ends" }, reset, close));
    this.dialog.addEventListener("keydown", (event) => this.press(event), { capture: true });
    document.body.append(this.dialog);
    this.show();
  }

  open(): void {
    this.told.textContent = "";
    this.wait(undefined);
    if (!this.dialog.open) this.dialog.showModal();
  }

  private row(command: Command): HTMLElement[] {
    const button = make("button", { type: "button", click: () => this.wait(command) });
    this.rows.set(command, button);
    return [make("dt", {}, command.does), make("dd", {}, button)];
  }

  private show(): void {
    for (const [command, button] of this.rows) {
      const key = keyFor(this.keys.chosen, command);
      button.textContent = command === this.waiting ? "Press a key …" : key;
      button.setAttribute("aria-label", command === this.waiting ? `Press the key for: ${command.does}` : `${command.does}: ${key}, choose another key`);
    }
  }

  private wait(command: Command | undefined): void {
    this.waiting = command;
    this.show();
  }

  private press(event: KeyboardEvent): void {
    const command = this.waiting;
    if (!command) return;
    const key = keyOf(event);
    // Escape and Tab leave the choice as it was; half a key is waited for.
    if (!key || key === "Tab" || key === "Shift+Tab") return;
    event.preventDefault();
    event.stopPropagation();
    if (key !== "Escape") this.choose(command, key);
    this.wait(undefined);
  }

  private choose(command: Command, key: string): void {
    const refusal = refusalOf(this.keys.chosen, command, key);
    this.told.textContent = refusal;
    if (!refusal) this.keys.choose({ ...this.keys.chosen, [command.name]: key });
  }

  private reset(): void {
    this.keys.choose({});
    this.told.textContent = "";
    this.show();
  }
}
