// Elements that arrange or tell: crowd-tabs, crowd-tab, crowd-alert, crowd-card.

class CrowdTab extends CrowdElement {
  draw() {
    this.setAttribute("role", "tabpanel");
    this.setAttribute("aria-label", this.text("header") ?? "");
    return super.draw();
  }
}

class CrowdTabs extends CrowdElement {
  static style = styleSheet(`
    [role="tablist"] { display: flex; flex-wrap: wrap; gap: .25rem; margin-bottom: .5rem; border-bottom: 1px solid var(--hair); }
    button { border-color: transparent; border-radius: 6px 6px 0 0; }
    button[aria-selected="true"] { border-color: var(--hair); border-bottom: 3px solid var(--accent); font-weight: 600; }
  `);

  draw() {
    this.tabs = [...this.querySelectorAll(":scope > crowd-tab")];
    this.buttons = this.tabs.map((tab, index) =>
      make("button", { type: "button", role: "tab", click: () => this.show(index) }, tab.getAttribute("header") ?? ""),
    );
    const list = make("div", { role: "tablist", keydown: (event) => this.move(event) }, ...this.buttons);
    this.show(0);
    return [list, make("slot")];
  }

  show(shown) {
    this.tabs.forEach((tab, index) => (tab.hidden = index !== shown));
    this.buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === shown));
      button.tabIndex = index === shown ? 0 : -1;
    });
  }

  move(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const count = this.buttons.length;
    const next = (this.buttons.indexOf(event.target) + step + count) % count;
    event.preventDefault();
    this.show(next);
    this.buttons[next].focus();
  }
}

class CrowdAlert extends CrowdElement {
  static style = styleSheet(`
    .alert { display: flex; align-items: start; gap: 1rem; margin: .5rem 0; padding: .6rem .9rem; border: 1px solid var(--hair);
             border-left: 5px solid var(--accent); border-radius: 6px; background: #fff; }
    .alert > :first-child { flex: 1; }
    .success { border-left-color: #1d7a3c; } .warning { border-left-color: #9a6400; } .error { border-left-color: var(--wrong); }
  `);

  draw() {
    const kind = this.text("type") ?? "info";
    const urgent = kind === "error" || kind === "warning";
    const alert = make("div", { class: `alert ${kind}`, role: urgent ? "alert" : "status" }, make("div", {}, make("slot")));
    if (this.on("dismissible")) alert.append(make("button", { type: "button", click: () => this.remove() }, "Dismiss"));
    return [alert];
  }
}

class CrowdCard extends CrowdElement {
  static style = styleSheet(`
    section { margin: .5rem 0; padding: .8rem 1rem; border: 1px solid var(--hair); border-radius: 10px; background: #fff; }
    h2 { margin: 0 0 .5rem; font-size: 1.1rem; }
    img { display: block; max-width: 100%; margin-bottom: .5rem; border-radius: 6px; }
  `);

  draw() {
    const card = make("section");
    if (this.text("image")) card.append(make("img", { src: this.text("image"), alt: "" }));
    if (this.text("heading")) card.append(make("h2", {}, this.text("heading")));
    card.append(make("slot"));
    return [card];
  }
}
