// What a page asks: every control that a worker can fill in, read from the markup alone, whoever's elements the page loads.
// cli/src/tracemark_cli/checks/controls.py reads the same from a rendered page: the two go together.

/** What the answer of a control is: a box's state under its value, an object with known keys, or a whole value. */
export type Kind = "box" | "object" | "text" | "hidden" | "file";

export interface Control {
  readonly element: string;
  readonly kind: Kind;
  readonly name: string;
  /** What else tells the control from others. */
  readonly label: string;
  /** The keys of an answer that is an object. */
  readonly keys: readonly string[];
  /** The number of the form around it; -1 for none. */
  readonly form: number;
  /** Whether a script of the page may read it, so that it need be no answer of its own. */
  readonly isRead: boolean;
}

const BOXES = "crowd-checkbox, crowd-toggle-button, crowd-radio-button, input[type=checkbox i], input[type=radio i]";
const SIZE = "inputImageProperties";
const OBJECTS: Record<string, readonly string[]> = {
  "crowd-classifier": ["label"],
  "crowd-classifier-multi-select": ["labels"],
  "crowd-image-classifier": ["label", "workerComment"],
  "crowd-image-classifier-multi-select": ["labels", "workerComment"],
  "crowd-bounding-box": ["boundingBoxes", SIZE],
  "crowd-polygon": ["polygons", SIZE],
  "crowd-polyline": ["polylines", SIZE],
  "crowd-line": ["lines", SIZE],
  "crowd-keypoint": ["keypoints", SIZE],
  "crowd-semantic-segmentation": ["labelMappings", "labeledImage", SIZE],
  "crowd-instance-segmentation": ["instances", "labeledImage", SIZE],
  "crowd-entity-annotation": ["entities"],
};
/** A view without these attributes is only looked at. */
const VIEWS = "photo-view[tools], signal-view[name], signal-view[labels]";
const NATIVE = "input, select, textarea";
const SELECTOR = [BOXES, ...Object.keys(OBJECTS), "crowd-input, crowd-text-area, crowd-slider", VIEWS, NATIVE].join(", ");
const SILENT = ["submit", "button", "reset", "image"];
const LABELS = ["header", "label", "aria-label", "placeholder", "id"];

/** Return the forms that submit answers: a lone crowd-entity-annotation is one. */
export const formsOf = (page: ParentNode): Element[] =>
  [...page.querySelectorAll("crowd-form, crowd-entity-annotation")].filter((form) => form.localName === "crowd-form" || !form.closest("crowd-form"));

/** Return the controls of a page that can be filled in, in document order. */
export const readControls = (page: ParentNode): Control[] => {
  const forms = formsOf(page);
  const scripts = scriptsOf(page);
  return [...page.querySelectorAll(SELECTOR)].filter(isOpen).map((element) => read(element, forms, scripts));
};

/** Whether a worker can fill it in; a view has a hidden input of its own. */
const isOpen = (element: Element): boolean => {
  if (element.matches(":disabled") || element.hasAttribute("disabled") || SILENT.includes(typeOf(element))) return false;
  if (element.matches(":is(photo-view, signal-view) > input[type=hidden]")) return false;
  return element.hasAttribute("name") || !(element.matches(NATIVE) && (["hidden", "search"].includes(typeOf(element)) || element.hasAttribute("readonly")));
};

const typeOf = (element: Element): string => (element.localName === "input" ? (element.getAttribute("type") ?? "").toLowerCase() : "");

const read = (element: Element, forms: readonly Element[], scripts: string): Control => {
  const kind = kindOf(element);
  const around = element.closest("crowd-form") ?? element.closest("crowd-entity-annotation");
  return {
    element: element.localName,
    kind,
    name: nameOf(element),
    label: labelOf(element),
    keys: kind === "box" ? [element.getAttribute("value") ?? "on"] : (OBJECTS[element.localName] ?? []),
    form: around ? forms.indexOf(around) : -1,
    isRead: !element.localName.startsWith("crowd-") && isReadBy(scripts, element),
  };
};

const labelOf = (element: Element): string => LABELS.map((each) => element.getAttribute(each)?.trim()).find(Boolean) ?? "";

const kindOf = (element: Element): Kind => {
  if (element.matches(BOXES)) return "box";
  if (element.localName in OBJECTS) return "object";
  const type = typeOf(element);
  return type === "hidden" || type === "file" ? type : "text";
};

const nameOf = (element: Element): string => {
  const group = element.localName === "crowd-radio-button" ? element.closest("crowd-radio-group") : null;
  return element.getAttribute("name") ?? group?.getAttribute("name") ?? "";
};

/** Return what a page's own scripts and listeners say. */
const scriptsOf = (page: ParentNode): string => {
  const within = [...page.querySelectorAll("script:not([src])")].map((script) => script.textContent);
  const listeners = [...page.querySelectorAll("*")].flatMap((element) => [...element.attributes].filter(isListener).map((attribute) => attribute.value));
  return [...within, ...listeners].join("\n");
};

const isListener = (attribute: Attr): boolean => /^on[a-z]+$/.test(attribute.name);

const isReadBy = (scripts: string, element: Element): boolean => {
  if ([...element.attributes].some(isListener)) return true;
  const handles = [...element.attributes].map((attribute) => attribute.name).filter((name) => name.startsWith("data-"));
  const words = [element.getAttribute("name") ?? "", element.id, ...element.classList, ...handles].filter(Boolean);
  return mentions(scripts, element.localName, words);
};

/** Whether a script names an element by one of its words, or looks for or makes elements of its kind. */
export const mentions = (scripts: string, element: string, words: readonly string[]): boolean => {
  const looks = `(?:querySelector(?:All)?|getElementsByTagName|createElement|closest|matches|\\$)\\(\\s*["'\`][^"'\`]*`;
  if (new RegExp(`<${element}\\b|${looks}(?<![\\w.#-])${element}(?![\\w-])`).test(scripts)) return true;
  return words.some((word) => new RegExp(`(?<![\\w-])${word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\w-])`).test(scripts));
};
