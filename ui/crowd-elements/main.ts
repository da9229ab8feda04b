// Names for the elements, given when the document is read: then every element finds its children at once.

import { PhotoView } from "../photo-view/element";
import { CrowdCheckbox, CrowdRadioButton, CrowdRadioGroup, CrowdToggleButton } from "./choices";
import { CrowdClassifier, CrowdClassifierMultiSelect, exclusionOf } from "./classifier";
import { CrowdInstructions } from "./dialog";
import { CrowdEntityAnnotation } from "./entity-annotation";
import { CrowdButton, CrowdForm } from "./form";
import { CrowdImageClassifier, CrowdImageClassifierMultiSelect } from "./image-classifier";
import { CrowdInput, CrowdSlider, CrowdTextArea } from "./inputs";
import { guardForms } from "./handed-over";
import { onKey } from "./keyboard";
import { CrowdAlert, CrowdCard, CrowdTab, CrowdTabs } from "./layout";
import { CrowdBoundingBox, CrowdKeypoint, CrowdLine, CrowdPolygon, CrowdPolyline } from "./marking";
import { given } from "../given";
import { tellPage } from "../messages";
import { restoreFields } from "./restoring";
import { CrowdInstanceSegmentation, CrowdSemanticSegmentation } from "./segmentation";
import { CrowdBadge, CrowdFab, CrowdIconButton, CrowdModal, CrowdToast } from "./small-elements";

// The form comes first: it puts its content into a native form before that content is drawn.
const ELEMENTS: Record<string, CustomElementConstructor> = {
  "crowd-form": CrowdForm,
  "crowd-alert": CrowdAlert,
  "crowd-badge": CrowdBadge,
  "crowd-bounding-box": CrowdBoundingBox,
  "crowd-button": CrowdButton,
  "crowd-card": CrowdCard,
  "crowd-checkbox": CrowdCheckbox,
  "crowd-classifier": CrowdClassifier,
  "crowd-classifier-multi-select": CrowdClassifierMultiSelect,
  "crowd-entity-annotation": CrowdEntityAnnotation,
  "crowd-fab": CrowdFab,
  "crowd-icon-button": CrowdIconButton,
  "crowd-image-classifier": CrowdImageClassifier,
  "crowd-image-classifier-multi-select": CrowdImageClassifierMultiSelect,
  "crowd-input": CrowdInput,
  "crowd-instance-segmentation": CrowdInstanceSegmentation,
  "crowd-instructions": CrowdInstructions,
  "crowd-keypoint": CrowdKeypoint,
  "crowd-line": CrowdLine,
  "crowd-modal": CrowdModal,
  "crowd-polygon": CrowdPolygon,
  "crowd-polyline": CrowdPolyline,
  "crowd-radio-button": CrowdRadioButton,
  "crowd-radio-group": CrowdRadioGroup,
  "crowd-semantic-segmentation": CrowdSemanticSegmentation,
  "crowd-slider": CrowdSlider,
  "crowd-tab": CrowdTab,
  "crowd-tabs": CrowdTabs,
  "crowd-text-area": CrowdTextArea,
  "crowd-toast": CrowdToast,
  "crowd-toggle-button": CrowdToggleButton,
  "photo-view": PhotoView,
};

/** The bar of notices is another script's; where there is none, nobody hears this. */
const tell = (what: string, remedy: string): void => {
  document.dispatchEvent(new CustomEvent("tracemark-notice", { detail: { what, remedy } }));
};

const tellUnheeded = (element: Element): void => {
  tell(`A category of this page cannot be chosen: ${exclusionOf(element) ?? element.getAttribute("exclusion-category")!}.`, `<${element.localName}> has no exclusion-category, as in AWS: use <${element.localName}-multi-select>, or name it among the categories.`);
};

const defineElements = (): void => {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!customElements.get(name)) customElements.define(name, element);
  guardForms();
  document.addEventListener("keydown", onKey);
  document.dispatchEvent(new CustomEvent("all-crowd-elements-ready"));
  document.querySelectorAll(":is(crowd-classifier, crowd-image-classifier)[exclusion-category]").forEach(tellUnheeded);
  if (given) for (const form of CrowdForm.connected) restoreFields(form.fields, given);
  tellPage("tracemark-ready");
};

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", defineElements);
else defineElements();
