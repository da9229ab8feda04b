// The buttons above a photograph.

import { make } from "../dom";
import { BrushTool } from "./brush-tool";
import { MarkTool } from "./mark-tool";
import { PLAIN, type Light, type Stage } from "./stage";
import { MOST } from "./shapes";
import type { Tool } from "./tool";

const slider = (label: string, low: number, high: number, set: (value: number) => void): HTMLLabelElement => {
  const input = make("input", { type: "range", min: low, max: high, step: 0.05, value: 1, "aria-label": label });
  input.addEventListener("input", () => set(Number(input.value)));
  // Changing the light is no answer.
  input.addEventListener("change", (event) => event.stopPropagation());
  return make("label", {}, label, input);
};

/** The toolbar of a stage; `refresh` shows what has changed. */
export class Toolbar {
  readonly element = make("div", { class: "tools", role: "toolbar", "aria-label": "Photograph" });

  private readonly undo = this.button("↶", "Undo (Ctrl+Z)", () => this.stage.tool?.undo());
  private readonly redo = this.button("↷", "Redo (Ctrl+Y)", () => this.stage.tool?.redo());
  private readonly hand = this.button("Pan", "Move the photograph (H)", () => (this.stage.panning = !this.stage.panning));
  private readonly invert = this.button("Invert", "Invert light and dark", () => this.change({ invert: !this.stage.light.invert }));
  private readonly finish = this.button("Done", "End the shape (Enter)", () => this.stage.tool?.finish());
  private readonly eraser = this.button("Eraser", "Wipe instead of painting", () => this.erase());
  private readonly sliders = [
    slider("Brightness", 0.3, 3, (brightness) => this.change({ brightness })),
    slider("Contrast", 0.3, 3, (contrast) => this.change({ contrast })),
  ];

  constructor(
    private readonly stage: Stage,
    openKeys: () => void,
  ) {
    const zoom = [
      this.button("−", "Zoom out (-)", () => stage.zoom(0.8)),
      this.button("+", "Zoom in (+)", () => stage.zoom(1.25)),
      this.button("Fit", "Show all of the photograph (0)", () => stage.fit()),
      this.button("1:1", "One pixel as one (=)", () => stage.actualSize()),
    ];
    const light = [...this.sliders, this.invert, this.button("Reset", "Light as in the photograph", () => this.resetLight())];
    const gap = make("span", { class: "gap" });
    this.element.append(...zoom, ...light, gap, ...this.drawing(openKeys));
  }

  private drawing(openKeys: () => void): Node[] {
    if (!this.stage.tool || this.stage.locked) return [];
    return [...this.ofTool(this.stage.tool), this.hand, this.undo, this.redo, this.button("Keys", "What the keys do", openKeys)];
  }

  private ofTool(tool: Tool): Node[] {
    return tool instanceof BrushTool ? [this.size(tool), this.eraser] : [this.finish];
  }

  private size(tool: BrushTool): HTMLLabelElement {
    const input = make("input", { type: "range", min: 1, max: 120, step: 1, value: tool.radius, "aria-label": "Brush" });
    input.addEventListener("input", () => {
      tool.radius = Number(input.value);
      this.stage.draw();
    });
    input.addEventListener("change", (event) => event.stopPropagation());
    return make("label", {}, "Brush", input);
  }

  private erase(): void {
    const tool = this.stage.tool;
    if (tool instanceof BrushTool) tool.erasing = !tool.erasing;
  }

  private button(text: string, title: string, act: () => void): HTMLButtonElement {
    const run = (): void => {
      act();
      this.stage.draw();
      this.refresh();
    };
    // A word names its button, and the title describes it; a sign is named by the title.
    const name = /[a-z]{2}|1:1/i.test(text) ? null : title;
    return make("button", { type: "button", title, "aria-label": name, click: run }, text);
  }

  private change(light: Partial<Light>): void {
    this.stage.setLight({ ...this.stage.light, ...light });
  }

  private resetLight(): void {
    this.stage.setLight(PLAIN);
    for (const label of this.sliders) label.querySelector("input")!.value = "1";
  }

  refresh(): void {
    const { tool, panning, light } = this.stage;
    this.undo.disabled = !tool?.canUndo;
    this.redo.disabled = !tool?.canRedo;
    this.stage.element.classList.toggle("panning", panning);
    this.hand.setAttribute("aria-pressed", String(panning));
    this.invert.setAttribute("aria-pressed", String(light.invert));
    this.finish.hidden = !(tool instanceof MarkTool && MOST[tool.kind] === Infinity);
    this.eraser.setAttribute("aria-pressed", String(tool instanceof BrushTool && tool.erasing));
  }
}
