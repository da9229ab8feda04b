// Painting on a photograph: crowd-semantic-segmentation, a colour for each label, and crowd-instance-segmentation, one for each thing.

import { BrushTool } from "../photo-view/brush-tool";
import { makeClasses } from "../photo-view/classes";
import { MOST_CLASSES } from "../photo-view/mask";
import type { Tool } from "../photo-view/tool";
import { make, type Json } from "./element";
import { readAttribute, readTexts } from "../loose-json";
import { PhotoField } from "./photo-field";

type Mappings = Record<string, { color?: string }>;

/** An answer holds its mask itself; the page's policy lets nothing fetch such an address. */
const pngOf = (address: string): Blob => {
  const bytes = Uint8Array.from(atob(address.slice(address.indexOf(",") + 1)), (character) => character.charCodeAt(0));
  return new Blob([bytes], { type: "image/png" });
};

abstract class Segmentation extends PhotoField {
  protected brush!: BrushTool;

  protected override makeTool(canvas: HTMLCanvasElement): Tool {
    this.brush = new BrushTool(canvas);
    return this.brush;
  }

  protected get labeledImage(): Json {
    return { pngImageData: this.brush.png() };
  }
}

export class CrowdSemanticSegmentation extends Segmentation {
  private started = "";

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
    this.started = "The mask of the earlier job is still loading.";
    const { labels, colours } = this.brush.classes;
    const unknown = Object.keys(this.mappings).filter((label) => !labels.includes(label));
    void this.loadMask(src, colours);
    return unknown.length ? `The mask given at the start has labels that this task does not: ${unknown.join(", ")}.` : "";
  }

  /** An earlier mask is read pixel by pixel, so its address must allow it (Access-Control-Allow-Origin). */
  private async loadMask(src: string, colours: readonly string[]): Promise<void> {
    try {
      const image = await createImageBitmap(src.startsWith("data:") ? pngOf(src) : await (await fetch(src)).blob());
      const canvas = make("canvas", { width: image.width, height: image.height });
      const context = canvas.getContext("2d")!;
      context.drawImage(image, 0, 0);
      if (!this.bench.isResumed) this.brush.begin(context.getImageData(0, 0, image.width, image.height).data, colours);
      this.modified = this.bench.isResumed;
      this.started = "";
    } catch {
      this.started = "The mask of the earlier job could not be loaded. Load the task again, or decline it.";
    }
  }

  override get problem(): string {
    return super.problem || this.started;
  }

  protected override asInitialValue(answer: Json): Json {
    const { labelMappings = {}, labeledImage } = answer as { labelMappings?: Json; labeledImage?: { pngImageData?: string } };
    return { labelMappings, src: `data:image/png;base64,${labeledImage?.pngImageData ?? ""}` };
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

/** A class of the brush for each thing, called "label 1", "label 2"; a button adds another of a label. */
export class CrowdInstanceSegmentation extends Segmentation {
  private instances: { label: string; name: string }[] = [];
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

  private add(label: string): string {
    const last = this.instances.filter((instance) => instance.label === label).length;
    const name = `${label} ${last + 1}`;
    this.instances.push({ label, name });
    return name;
  }

  private addAndChoose(label: string): void {
    if (this.instances.length >= MOST_CLASSES) return;
    const name = this.add(label);
    this.showInstances();
    this.brush.choose(name);
  }

  private showInstances(): void {
    this.bench.setClasses(makeClasses(this.instances.map(({ name }) => name)));
  }

  protected override drawMore(): Node[] {
    return [this.adding];
  }

  protected override begin(): string {
    return "";
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
