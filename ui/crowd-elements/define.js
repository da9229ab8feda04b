// Names for the elements, given when the document is read: then every element finds its children at once.

const ELEMENTS = {
  "crowd-alert": CrowdAlert,
  "crowd-button": CrowdButton,
  "crowd-card": CrowdCard,
  "crowd-checkbox": CrowdCheckbox,
  "crowd-classifier": CrowdClassifier,
  "crowd-classifier-multi-select": CrowdClassifierMultiSelect,
  "crowd-form": CrowdForm,
  "crowd-input": CrowdInput,
  "crowd-instructions": CrowdInstructions,
  "crowd-radio-button": CrowdRadioButton,
  "crowd-radio-group": CrowdRadioGroup,
  "crowd-slider": CrowdSlider,
  "crowd-tab": CrowdTab,
  "crowd-tabs": CrowdTabs,
  "crowd-text-area": CrowdTextArea,
};

const defineElements = () => {
  for (const [name, element] of Object.entries(ELEMENTS)) customElements.define(name, element);
  document.addEventListener("keydown", onKey);
  document.dispatchEvent(new CustomEvent("all-crowd-elements-ready"));
  tellPage("tracemark-ready");
};

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", defineElements);
else defineElements();
