// Defines <signal-view>.
import { SignalView } from "./element";

const define = (): void => {
  if (!customElements.get("signal-view")) customElements.define("signal-view", SignalView);
};

// Its attributes are read when it is defined: everything that the template holds is there then.
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", define, { once: true });
else define();
