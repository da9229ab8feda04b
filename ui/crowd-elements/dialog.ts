// Windows over the task: the part that classifiers, tools, crowd-instructions and crowd-modal share, and crowd-instructions.

import { DIALOG_STYLE } from "../styles";
import { keycap } from "../keycaps";
import { CrowdElement, make } from "./element";

export { DIALOG_STYLE };

/** Return a closed dialog around `content`. */
export const windowOver = (header: string, ...content: Node[]): HTMLDialogElement => {
  const close = make("button", { type: "button", click: () => dialog.close() }, "Close ", make("kbd", {}, "Esc"));
  const title = make("h2", { id: "title" }, header);
  const body = make("div", { class: "content regions", tabindex: "0" }, ...content);
  const dialog = make("dialog", { "aria-labelledby": "title" }, make("header", {}, title, close), body);
  return dialog;
};

export const toggleDialog = (dialog: HTMLDialogElement): void => {
  if (dialog.open) dialog.close();
  else dialog.showModal();
};

/** Put each child of `host` that is one of `regions` into the slot of its name. */
export const assignRegions = (host: Element, regions: readonly string[]): void => {
  for (const child of host.children) if (regions.includes(child.localName)) child.slot = child.localName;
};

/** The instructions beside a task: a button for the long ones, which open in a window, and the short ones in place. */
export interface Help {
  readonly beside: Node[];
  readonly windows: HTMLDialogElement[];
}

export const drawHelp = (host: Element & Instructing): Help => {
  assignRegions(host, ["full-instructions", "short-instructions"]);
  const full = host.querySelector(":scope > full-instructions");
  const windows = full ? [windowOver(full.getAttribute("header") ?? "Instructions", make("slot", { name: "full-instructions" }))] : [];
  for (const opened of windows) opened.classList.add("awsui-modal-dialog");
  const open = make("button", { type: "button", click: () => host.openInstructions() }, "Instructions ", keycap("i"));
  // Templates for AWS reach for this part by the name of its class to change its width.
  const short = make("div", { class: "short regions awsui-app-layout__navigation" }, make("slot", { name: "short-instructions" }));
  return { beside: [...(full ? [open] : []), short], windows };
};

/** An element whose instructions the key `i` opens. */
export interface Instructing {
  openInstructions(): void;
}

export const isInstructing = (element: Element): element is Element & Instructing => "openInstructions" in element;

export class CrowdInstructions extends CrowdElement implements Instructing {
  static override styles = [DIALOG_STYLE];
  static regions: Record<string, string> = {
    "short-summary": "",
    "detailed-instructions": "",
    "positive-example": "Good example",
    "negative-example": "Bad example",
  };

  private dialog!: HTMLDialogElement;

  override draw(): (Node | string)[] {
    const regions = CrowdInstructions.regions;
    assignRegions(this, Object.keys(regions));
    const shown = Object.keys(regions).filter((name) => this.querySelector(`:scope > ${name}`));
    const parts = shown.flatMap((name) => [...(regions[name] ? [make("h3", {}, regions[name])] : []), make("slot", { name })]);
    this.dialog = windowOver(this.text("link-text") ?? "Instructions", ...parts);
    const open = make("button", { type: "button", click: () => this.openInstructions() });
    open.append(this.text("link-text") ?? "View instructions", " ", keycap("i"));
    return [open, this.dialog];
  }

  openInstructions(): void {
    toggleDialog(this.dialog);
  }
}
