// Names for the elements, given when the document is read: then every element finds its children at once.

import { CrowdCheckbox, CrowdRadioButton, CrowdRadioGroup, CrowdToggleButton } from "./choices";
import { CrowdClassifier, CrowdClassifierMultiSelect } from "./classifier";
import { CrowdInstructions } from "./dialog";
import { CrowdButton, CrowdForm } from "./form";
import { CrowdInput, CrowdSlider, CrowdTextArea } from "./inputs";
import { onKey } from "./keyboard";
import { CrowdAlert, CrowdCard, CrowdTab, CrowdTabs } from "./layout";
import { tellPage } from "./messages";

// The form comes first: it puts its content into a native form before that content is drawn.
const ELEMENTS: Record<string, CustomElementConstructor> = {
  "crowd-form": CrowdForm,
  "crowd-alert": CrowdAlert,
  "crowd-button": CrowdButton,
  "crowd-card": CrowdCard,
  "crowd-checkbox": CrowdCheckbox,
  "crowd-classifier": CrowdClassifier,
  "crowd-classifier-multi-select": CrowdClassifierMultiSelect,
  "crowd-input": CrowdInput,
  "crowd-instructions": CrowdInstructions,
  "crowd-radio-button": CrowdRadioButton,
  "crowd-radio-group": CrowdRadioGroup,
  "crowd-slider": CrowdSlider,
  "crowd-tab": CrowdTab,
  "crowd-tabs": CrowdTabs,
  "crowd-text-area": CrowdTextArea,
  "crowd-toggle-button": CrowdToggleButton,
};

const defineElements = (): void => {
  for (const [name, element] of Object.entries(ELEMENTS)) if (!customElements.get(name)) customElements.define(name, element);
  document.addEventListener("keydown", onKey);
  document.dispatchEvent(new CustomEvent("all-crowd-elements-ready"));
  tellPage("tracemark-ready");
};

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", defineElements);
else defineElements();
