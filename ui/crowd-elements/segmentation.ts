// Painting on a photograph: crowd-semantic-segmentation, a colour for each label, and crowd-instance-segmentation, one for each thing.

import { BrushTool } from "../photo-view/brush-tool";
import { makeClasses } from "../photo-view/classes";
import { MOST_CLASSES } from "../photo-view/mask";
import { maskAddress, readMaskImage } from "../photo-view/mask-image";
import type { Tool } from "../photo-view/tool";
import { make, type Json } from "./element";
import { readAttribute, readTexts } from "../loose-json";
import { PhotoField } from "./photo-field";

type Mappings = Record<string, { color?: string }>;

abstract class Segmentation extends PhotoField {
  protected brush!: BrushTool;

  protected override makeTool(canvas: HTMLCanvasElement): Tool {
    this.brush = new BrushTool(canvas);
    return this.brush;
  }

  protected get labeledImage(): Json {
    return { pngImageData: this.brush.png() };
  }

  private started = "";

  /** Begin with an earlier mask, in the colours of the classes. */
  protected async loadMask(src: string, colours: readonly string[]): Promise<void> {
    this.started = "The mask given at the start is still loading.";
    try {
      const pixels = await readMaskImage(src);
      if (!this.bench.isResumed) this.brush.begin(pixels, colours);
      this.modified = this.bench.isResumed;
      this.started = "";
    } catch {
      this.started = "The mask given at the start could not be loaded. Load the task again, or decline it.";
    }
  }

  override get problem(): string {
    return super.problem || this.started;
  }
}

export class CrowdSemanticSegmentation extends Segmentation {
  /** Labels keep the colours that an earlier job gave them. */
  protected override takeLabels(): void {
    const labels = this.labels;
    const given = this.mappings;
    const colours = labels.map((label, index) => given[label]?.color ?? readTexts(this, "label-colors")[index] ?? "");
    this.bench.setClasses(makeClasses(labels, colours.map((colour) => (/^#[0-9a-f]{6}$/i.test(colour) ? colour : undefined))));
  }

  private get start(): { labelMappings?: Mappings; src?: string } {
    return (readAttribute(this, "initial-value") ?? {}) as { labelMappings?: Mappings; src?: string };
  }

  private get mappings(): Mappings {
    return this.start.labelMappings ?? {};
  }

  protected override begin(): string {
    const { src } = this.start;
    if (!src) return "";
    const { labels, colours } = this.brush.classes;
    const unknown = Object.keys(this.mappings).filter((label) => !labels.includes(label));
    void this.loadMask(src, colours);
    return unknown.length ? `The mask given at the start has labels that this task does not: ${unknown.join(", ")}.` : "";
  }

  protected override asInitialValue(answer: Json): Json {
    const { labelMappings = {}, labeledImage } = answer as { labelMappings?: Json; labeledImage?: { pngImageData?: string } };
    return { labelMappings, src: maskAddress(labeledImage?.pngImageData ?? "") };
  }

  override get answer(): Json {
    const { labels, colours } = this.brush.classes;
    const painted = new Set(this.brush.entries.map((entry) => entry.label));
    const used = labels.flatMap((label, index) => (painted.has(label) ? [[label, { color: colours[index]! }] as const] : []));
    return {
      inputImageProperties: this.photoProperties,
      labelMappings: Object.fromEntries(used),
      labeledImage: this.labeledImage,
      ...this.modification,
    };
  }
}

interface Instance {
  readonly label: string;
  readonly name: string;
  /** The colour that it was answered in. */
  readonly color?: string;
}

/** A class of the brush for each thing, called "label 1", "label 2"; a button adds another of a label. */
export class CrowdInstanceSegmentation extends Segmentation {
  private instances: Instance[] = [];
  private readonly adding = make("div", { class: "classes" });

  protected override makeTool(canvas: HTMLCanvasElement): Tool {
    const tool = super.makeTool(canvas);
    this.brush.adopt = (names) => { this.adopt(names); };
    return tool;
  }

  /** Take up the things of a draft: "label 2" of each label that there is. */
  private adopt(names: readonly string[]): void {
    for (const name of names.filter((each) => !this.instances.some((instance) => instance.name === each))) {
      const label = name.replace(/ \d+$/, "");
      if (this.labels.includes(label)) this.instances.push({ label, name });
    }
    this.showInstances();
  }

  protected override takeLabels(): void {
    const labels = this.labels;
    this.instances = this.instances.filter(({ label }) => labels.includes(label));
    for (const label of labels) if (!this.instances.some((instance) => instance.label === label)) this.add(label);
    this.adding.replaceChildren(...labels.map((label) => make("button", { type: "button", click: () => this.addAndChoose(label) }, `Add instance: ${label}`)));
    this.showInstances();
  }

  private add(label: string, color?: string): string {
    const last = this.instances.filter((instance) => instance.label === label).length;
    const name = `${label} ${last + 1}`;
    this.instances.push({ label, name, ...(color ? { color } : {}) });
    return name;
  }

  private addAndChoose(label: string): void {
    if (this.instances.length >= MOST_CLASSES) return;
    const name = this.add(label);
    this.showInstances();
    this.brush.choose(name);
  }

  private showInstances(): void {
    this.bench.setClasses(makeClasses(this.instances.map(({ name }) => name), this.instances.map(({ color }) => color)));
  }

  protected override drawMore(): Node[] {
    return [this.adding];
  }

  protected override begin(): string {
    return "";
  }

  /** Each thing comes back in the colour that it was answered in. */
  override restore(answer: Json): void {
    const { instances = [], labeledImage } = answer as { instances?: { color: string; label: string }[]; labeledImage?: { pngImageData?: string } };
    this.instances = [];
    for (const { label, color } of instances) this.add(label, color);
    this.takeLabels();
    if (instances.length) void this.loadMask(maskAddress(labeledImage?.pngImageData ?? ""), this.brush.classes.colours);
  }

  override get answer(): Json {
    const { colours } = this.brush.classes;
    const painted = new Set(this.brush.entries.map((entry) => entry.label));
    const used = this.instances.map(({ label, name }, index) => ({ name, color: colours[index]!, label }));
    return {
      inputImageProperties: this.photoProperties,
      instances: used.filter(({ name }) => painted.has(name)).map(({ color, label }) => ({ color, label })),
      labeledImage: this.labeledImage,
    };
  }
}
