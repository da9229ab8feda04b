// What all elements over one photograph share: header, workbench, classes and instructions, and the wait for the picture.

import { makeClasses } from "../photo-view/classes";
import { WORKBENCH_STYLE } from "../photo-view/styles";
import type { Tool } from "../photo-view/tool";
import { Workbench } from "../photo-view/workbench";
import { DIALOG_STYLE, drawHelp, toggleDialog, type Instructing } from "./dialog";
import { CrowdField, make, styleSheet, type Json } from "./element";
import { readTexts } from "../loose-json";

const PHOTO_STYLE = styleSheet(`
  .layout { display: grid; grid-template-columns: minmax(0, 1fr) 15rem; gap: .4rem 1rem; align-items: start; }
  h1 { margin: 0 0 .3rem; font-size: 1.15rem; }
  .side { display: flex; flex-direction: column; gap: .5rem; }
  .short { font-size: .9rem; color: var(--quiet); }
  .problem:empty { display: none; }
  .problem { margin: 0; color: var(--wrong); font-weight: 600; }
  @media (max-width: 50rem) { .layout { grid-template-columns: minmax(0, 1fr); } }
`);

/** A field whose answer is drawn on a photograph: a subclass brings the tool and writes the answer. */
export abstract class PhotoField extends CrowdField implements Instructing {
  static override styles = [DIALOG_STYLE, WORKBENCH_STYLE, PHOTO_STYLE];
  static override early = ["labels", "name", "src"];
  static observedAttributes = ["src", "labels", "label-colors", "initial-value"];

  protected bench!: Workbench;
  /** Whether the worker changed what the page began with. */
  protected modified = false;
  private windows: HTMLDialogElement[] = [];
  private readonly told = make("p", { class: "problem", role: "alert" });
  private drawn = false;

  protected abstract makeTool(canvas: HTMLCanvasElement): Tool;

  /** Put the initial value into the tool; return what is wrong with it, empty when nothing is. */
  protected abstract begin(): string;

  override draw(): (Node | string)[] {
    const header = this.text("header") ?? "";
    const help = drawHelp(this);
    this.windows = help.windows;
    this.bench = new Workbench(header || "Photograph", (canvas) => this.makeTool(canvas), () => this.onChange());
    this.read();
    this.load();
    const main = make("div", {}, make("h1", {}, header), this.told, this.bench.main, make("slot"));
    const side = make("div", { class: "side" }, ...help.beside, this.bench.side, ...this.drawMore());
    this.drawn = true;
    return [make("div", { class: "layout" }, main, side), ...help.windows];
  }

  private load(): void {
    this.bench.stage.load(this.src);
    this.bench.keepDrafts(this.name, this.src);
  }

  /** What a kind of element adds below its list. */
  protected drawMore(): Node[] {
    return [];
  }

  /** Read classes and initial value from the attributes. */
  private read(): void {
    this.modified = false;
    try {
      this.takeLabels();
      this.told.textContent = this.begin() || this.labelsProblem;
    } catch (error) {
      this.told.textContent = error instanceof Error ? error.message : String(error);
    }
    this.modified = false;
  }

  private get labelsProblem(): string {
    return this.labels.length || this.usesOwnLabels ? "" : "This task offers no labels.";
  }

  /** Whether a script gives the labels: then none at the start is no fault. */
  private usesOwnLabels = false;

  protected takeLabels(): void {
    this.bench.setClasses(makeClasses(this.labels, readTexts(this, "label-colors")));
  }

  private onChange(): void {
    if (!this.drawn) return;
    this.modified = true;
    this.changed();
  }

  attributeChangedCallback(name: string): void {
    if (!this.drawn || this.restoring) return;
    if (name === "src") this.load();
    else if (name !== "initial-value") this.takeLabels();
    else if (!this.bench.isResumed) this.read();
  }

  get labels(): string[] {
    return readTexts(this, "labels");
  }

  set labels(labels: readonly string[]) {
    this.usesOwnLabels = true;
    this.setAttribute("labels", JSON.stringify([...labels]));
    if (this.told.textContent === "This task offers no labels.") this.told.textContent = "";
  }

  get src(): string {
    return this.text("src") ?? "";
  }

  set src(src: string) {
    this.setAttribute("src", src);
  }

  openInstructions(): void {
    for (const opened of this.windows) toggleDialog(opened);
  }

  /** Choose the class at `index`, counted from 0; return whether there is one. */
  pick(index: number): boolean {
    return this.bench.pick(index, this.matches(":focus-within"));
  }

  protected get photoProperties(): { height: number; width: number } {
    const { height, width } = this.bench.stage.size;
    return { height, width };
  }

  override get problem(): string {
    const { state } = this.bench.stage;
    if (state === "loading") return "The photograph is still loading.";
    if (state === "failed") return "The photograph could not be loaded, so nothing can be marked on it. Load the task again, or decline it.";
    return "";
  }

  protected get modification(): { initialValueModified?: boolean } {
    return this.on("initial-value") ? { initialValueModified: this.modified } : {};
  }

  override reset(): void {
    this.read();
    this.bench.dropDraft();
  }

  private restoring = false;

  /** The earlier answer is read as an initial value; what the template gives as one stays what a reset leads back to. */
  override restore(answer: Json): void {
    const before = this.text("initial-value");
    this.restoring = true;
    this.setAttribute("initial-value", JSON.stringify(this.asInitialValue(answer)));
    this.read();
    if (before === null) this.removeAttribute("initial-value");
    else this.setAttribute("initial-value", before);
    this.restoring = false;
    this.modified = true;
  }

  protected asInitialValue(answer: Json): Json {
    return answer;
  }
}
