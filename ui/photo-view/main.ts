// The name of the element, given when the document is read: beside AWS's own crowd elements this script is loaded alone.

import { PhotoView } from "./element";

const define = (): void => {
  if (!customElements.get("photo-view")) customElements.define("photo-view", PhotoView);
};

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", define);
else define();
