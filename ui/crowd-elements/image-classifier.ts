// A photograph to look into and categories to choose from: crowd-image-classifier, and the same for several categories.

import { makeClasses } from "../photo-view/classes";
import { MarkTool } from "../photo-view/mark-tool";
import { WORKBENCH_STYLE } from "../photo-view/styles";
import { Workbench } from "../photo-view/workbench";
import { CLASSIFIER_STYLE, CrowdClassifier, CrowdClassifierMultiSelect } from "./classifier";
import { DIALOG_STYLE } from "./dialog";
import { make, styleSheet, type CrowdField, type Json } from "./element";
import { readMarks } from "../photo-view/answers";
import { readAttribute } from "../loose-json";

const STYLES = [
  DIALOG_STYLE,
  WORKBENCH_STYLE,
  CLASSIFIER_STYLE,
  styleSheet(`
    .stage { cursor: grab; }
    .world > .overlay { opacity: .6; image-rendering: pixelated; }
    .legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; margin: .3rem 0 0; padding: 0; list-style: none; font-size: .85rem; }
    .legend li { display: flex; align-items: center; gap: .3rem; }
  `),
];

interface Overlay {
  boundingBox?: { labels?: string[]; value?: Json };
  semanticSegmentation?: { labelMappings?: Record<string, { color?: string }>; src?: string };
}

/** Draw the photograph of an image classifier, with what an earlier job drew on it, and watch its `src`. */
const drawPhotograph = (host: CrowdField): Node[] => {
  const overlay = (readAttribute(host, "overlay") ?? {}) as Overlay;
  const tool = new MarkTool("box");
  const bench = new Workbench(host.text("header") ?? "Photograph", () => tool, () => undefined, true);
  const problem = showBoxes(tool, overlay.boundingBox);
  const legend = showMask(bench, overlay.semanticSegmentation);
  const load = (): void => bench.stage.load(host.text("src") ?? "");
  new MutationObserver(load).observe(host, { attributeFilter: ["src"] });
  load();
  return [bench.main, ...legend, ...(problem ? [make("p", { class: "wrong" }, problem)] : [])];
};

const showBoxes = (tool: MarkTool, { labels = [], value }: NonNullable<Overlay["boundingBox"]> = {}): string => {
  tool.setClasses(makeClasses(labels));
  const { marks, problem } = readMarks(value, "value", "box", labels);
  tool.begin(marks);
  return problem;
};

const showMask = (bench: Workbench, { labelMappings = {}, src }: NonNullable<Overlay["semanticSegmentation"]> = {}): Node[] => {
  if (src) bench.stage.canvas.before(make("img", { class: "overlay", alt: "", src }));
  const legend = Object.entries(labelMappings).map(([label, { color }]) => legendOf(label, color ?? ""));
  return legend.length ? [make("ul", { class: "legend" }, ...legend)] : [];
};

const legendOf = (label: string, colour: string): HTMLLIElement => {
  const swatch = make("i", { class: "swatch" });
  swatch.style.background = colour;
  return make("li", {}, swatch, label);
};

export class CrowdImageClassifier extends CrowdClassifier {
  static override styles = STYLES;

  override drawTarget(): Node[] {
    return [...drawPhotograph(this), make("slot")];
  }
}

export class CrowdImageClassifierMultiSelect extends CrowdClassifierMultiSelect {
  static override styles = STYLES;

  override drawTarget(): Node[] {
    return [...drawPhotograph(this), make("slot")];
  }
}
