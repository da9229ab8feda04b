// <photo-view>: a photograph to look into and mark, in any form. Its answer is JSON text in a hidden input of its own.

import { make } from "../dom";
import { given } from "../given";
import { readText, type Json } from "../json";
import { readAttribute, readTexts } from "../loose-json";
import { BASE_STYLE, DIALOG_STYLE } from "../styles";
import { readMarks, writeMark } from "./answers";
import { BrushTool } from "./brush-tool";
import { makeClasses } from "./classes";
import { maskAddress, readMaskImage } from "./mask-image";
import { MarkTool } from "./mark-tool";
import type { Kind, Mark } from "./shapes";
import { Stage } from "./stage";
import { VIEW_STYLE, WORKBENCH_STYLE } from "./styles";
import type { Tool } from "./tool";
import { Workbench } from "./workbench";

/** Under which key the marks of a kind stand, as in the answers of AWS's elements. */
const KEYS: Record<Kind, string> = { box: "boundingBoxes", point: "keypoints", line: "lines", polyline: "polylines", polygon: "polygons" };

const isKind = (text: string): text is Kind => Object.hasOwn(KEYS, text);

/** Attributes: src, name, labels, label-colors, tools ("box point line polyline polygon", or "brush"), initial-value, beside, header. */
export class PhotoView extends HTMLElement {
  static observedAttributes = ["src", "beside", "labels", "label-colors"];

  private bench?: Workbench;
  private beside: Stage | undefined;
  private readonly input = make("input", { type: "hidden" });
  private readonly told = make("p", { role: "alert" });

  connectedCallback(): void {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [BASE_STYLE, DIALOG_STYLE, WORKBENCH_STYLE, VIEW_STYLE];
    const header = this.getAttribute("header") ?? "";
    const bench = new Workbench(header || "Photograph", (canvas) => this.makeTool(canvas), () => this.write());
    this.bench = bench;
    bench.looked = () => this.onLook();
    this.begin();
    this.makeBeside(bench);
    bench.side.prepend(...this.makeKinds(bench.tool));
    const view = make("div", { class: bench.tool ? "view" : "view bare" }, bench.main, ...(bench.tool ? [bench.side] : []));
    root.append(...(header ? [make("h1", {}, header)] : []), this.told, view);
    this.makeInput();
    this.load();
  }

  private load(): void {
    const source = this.getAttribute("src") ?? "";
    this.bench?.stage.load(source);
    this.bench?.keepDrafts(this.getAttribute("name") ?? "", source);
  }

  private get kinds(): Kind[] {
    return (this.getAttribute("tools") ?? "").split(/\s+/).filter(isKind);
  }

  private makeTool(canvas: HTMLCanvasElement): Tool | undefined {
    if (this.getAttribute("tools")?.trim() === "brush") return new BrushTool(canvas);
    return this.kinds[0] && new MarkTool(this.kinds[0]);
  }

  private makeBeside(bench: Workbench): void {
    const address = this.getAttribute("beside");
    if (address === null) return;
    const beside = new Stage("The photograph beside", () => bench.stage.lookLike(beside.viewport));
    this.beside = beside;
    bench.placeBeside(beside);
    beside.load(address);
  }

  /** Of several kinds of mark one is drawn at a time. */
  private makeKinds(tool: Tool | undefined): HTMLElement[] {
    if (!(tool instanceof MarkTool) || this.kinds.length < 2) return [];
    const buttons = this.kinds.map((kind) => make("button", { type: "button", "aria-pressed": String(kind === tool.kind) }, kind));
    const choose = (kind: Kind): void => {
      tool.cancel();
      tool.kind = kind;
      for (const button of buttons) button.setAttribute("aria-pressed", String(button.textContent === kind));
      this.bench?.update();
    };
    for (const button of buttons) button.addEventListener("click", () => choose(button.textContent as Kind));
    return [make("div", { class: "kinds", role: "group", "aria-label": "What is drawn" }, ...buttons)];
  }

  /** The input is the form's business, so it stands outside the shadow tree. */
  private makeInput(): void {
    const name = this.getAttribute("name");
    if (!name || !this.bench?.tool) return;
    this.input.name = name;
    this.append(this.input);
    this.write();
  }

  private onLook(): void {
    const stage = this.bench?.stage;
    if (!stage) return;
    this.beside?.lookLike(stage.viewport);
    // Zoom and light are no answer, but the photograph's size is part of it.
    if (stage.state !== this.state) this.write();
    this.state = stage.state;
  }

  private state: Stage["state"] = "loading";

  private begin(): void {
    try {
      this.takeLabels();
      this.told.textContent = this.beginMarks();
    } catch (error) {
      this.told.textContent = error instanceof Error ? error.message : String(error);
    }
    this.told.hidden = !this.told.textContent;
  }

  private say(text: string): void {
    this.told.textContent = text;
    this.told.hidden = false;
  }

  private takeLabels(): void {
    this.bench?.setClasses(makeClasses(readTexts(this, "labels"), readTexts(this, "label-colors")));
  }

  private beginMarks(): string {
    const tool = this.bench?.tool;
    if (tool instanceof BrushTool) void this.beginMask(tool);
    if (!(tool instanceof MarkTool)) return "";
    const value = this.answered ?? readAttribute(this, "initial-value");
    const found = this.kinds.map((kind) => readMarks(value, KEYS[kind], kind, readTexts(this, "labels")));
    tool.begin(found.flatMap(({ marks }) => marks));
    return found.map(({ problem }) => problem).join(" ").trim();
  }

  /** What the worker answered to this task before. */
  private get answered(): Json | undefined {
    const text = given?.[this.getAttribute("name") ?? ""];
    return typeof text === "string" ? readText(text) : undefined;
  }

  /** Until an earlier mask is there again, the input keeps it. */
  private restoring = false;

  private async beginMask(brush: BrushTool): Promise<void> {
    const { labelMappings = {}, labeledImage } = (this.answered ?? {}) as { labelMappings?: Record<string, { color?: string }>; labeledImage?: { pngImageData: string } };
    if (!labeledImage) return;
    this.restoring = true;
    const { labels, colours } = brush.classes;
    const pixels = await readMaskImage(maskAddress(labeledImage.pngImageData)).catch(() => undefined);
    if (!pixels) return this.say("The mask that was painted before could not be read. Load the task again, or decline it.");
    this.restoring = false;
    if (!this.bench?.isResumed) brush.begin(pixels, labels.map((label, index) => labelMappings[label]?.color ?? colours[index]!));
    this.write();
  }

  attributeChangedCallback(name: string): void {
    if (!this.bench) return;
    if (name === "src") this.load();
    else if (name === "beside") this.beside?.load(this.getAttribute("beside") ?? "");
    else this.takeLabels();
  }

  private write(): void {
    if (this.restoring) return;
    const text = JSON.stringify(this.value);
    if (text === this.input.value) return;
    this.input.value = text;
    this.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** What was marked, in the shapes of AWS's elements: a list for each kind that may be drawn, or the mask of the brush. */
  get value(): object {
    const { tool, stage } = this.bench ?? {};
    const { width, height } = stage?.size ?? { width: 0, height: 0 };
    return { ...(tool instanceof BrushTool ? maskOf(tool) : this.marksOf(tool)), inputImageProperties: { height, width } };
  }

  private marksOf(tool: Tool | undefined): object {
    const marks: readonly Mark[] = tool instanceof MarkTool ? tool.marks : [];
    return Object.fromEntries(this.kinds.map((kind) => [KEYS[kind], marks.filter((mark) => mark.kind === kind).map(writeMark)]));
  }

  /** Choose the class at `index`, counted from 0; return whether there is one. */
  pick(index: number): boolean {
    return this.bench?.pick(index, this.matches(":focus-within")) ?? false;
  }
}

const maskOf = (tool: BrushTool): object => {
  const { labels, colours } = tool.classes;
  const painted = new Set(tool.entries.map((entry) => entry.label));
  const used = labels.flatMap((label, index) => (painted.has(label) ? [[label, { color: colours[index] }]] : []));
  return { labelMappings: Object.fromEntries(used) as object, labeledImage: { pngImageData: tool.png() } };
};
