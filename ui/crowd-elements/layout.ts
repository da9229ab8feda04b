// Elements that arrange or tell: crowd-tabs, crowd-tab, crowd-alert, crowd-card.

import { CrowdElement, make, styleSheet } from "./element";

export class CrowdTab extends CrowdElement {
  override draw(): (Node | string)[] {
    this.setAttribute("role", "tabpanel");
    this.setAttribute("aria-label", this.text("header") ?? "");
    return super.draw();
  }
}

export class CrowdTabs extends CrowdElement {
  static override styles = [
    styleSheet(`
      [role="tablist"] { display: flex; flex-wrap: wrap; gap: .25rem; margin-bottom: .5rem; border-bottom: 1px solid var(--hair); }
      button { border-color: transparent; border-radius: 6px 6px 0 0; }
      button[aria-selected="true"] { border-color: var(--hair); border-bottom: 3px solid var(--accent); font-weight: 600; }
    `),
  ];

  private tabs: HTMLElement[] = [];
  private buttons: HTMLButtonElement[] = [];

  override draw(): (Node | string)[] {
    this.tabs = [...this.querySelectorAll<HTMLElement>(":scope > crowd-tab")];
    this.buttons = this.tabs.map((tab, index) =>
      make("button", { type: "button", role: "tab", click: () => this.show(index) }, tab.getAttribute("header") ?? ""),
    );
    const list = make("div", { role: "tablist", keydown: (event: KeyboardEvent) => this.move(event) }, ...this.buttons);
    this.show(0);
    return [list, make("slot")];
  }

  /** Show the tab around an element; what is asked for must be seen. */
  reveal(element: Element): void {
    const index = this.tabs.findIndex((tab) => tab.contains(element));
    if (index >= 0) this.show(index);
  }

  private show(shown: number): void {
    this.tabs.forEach((tab, index) => (tab.hidden = index !== shown));
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === shown));
      button.tabIndex = index === shown ? 0 : -1;
    });
  }

  private move(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1 };
    const step = steps[event.key];
    if (!step) return;
    const count = this.buttons.length;
    const next = (this.buttons.indexOf(event.target as HTMLButtonElement) + step + count) % count;
    event.preventDefault();
    this.show(next);
    this.buttons[next]!.focus();
  }
}

export class CrowdAlert extends CrowdElement {
  static override styles = [
    styleSheet(`
      .alert { display: flex; align-items: start; gap: 1rem; margin: .5rem 0; padding: .6rem .9rem; border: 1px solid var(--hair);
               border-left: 5px solid var(--accent); border-radius: 6px; background: #fff; }
      .alert > :first-child { flex: 1; }
      .success { border-left-color: #1d7a3c; } .warning { border-left-color: #9a6400; } .error { border-left-color: var(--wrong); }
    `),
  ];

  override draw(): (Node | string)[] {
    const kind = this.text("type") ?? "info";
    const urgent = kind === "error" || kind === "warning";
    const alert = make("div", { class: `alert ${kind}`, role: urgent ? "alert" : "status" }, make("div", {}, make("slot")));
    if (this.on("dismissible")) alert.append(make("button", { type: "button", click: () => this.remove() }, "Dismiss"));
    return [alert];
  }
}

export class CrowdCard extends CrowdElement {
  static override styles = [
    styleSheet(`
      section { margin: .5rem 0; padding: .8rem 1rem; border: 1px solid var(--hair); border-radius: 10px; background: #fff; }
      h2 { margin: 0 0 .5rem; font-size: 1.1rem; }
      img { display: block; max-width: 100%; margin-bottom: .5rem; border-radius: 6px; }
    `),
  ];

  override draw(): (Node | string)[] {
    const card = make("section");
    if (this.text("image")) card.append(make("img", { src: this.text("image"), alt: "" }));
    if (this.text("heading")) card.append(make("h2", {}, this.text("heading")!));
    card.append(make("slot"));
    return [card];
  }
}
