// What a page has to tell its worker: a bar above the task, each notice once.

import { make, styleSheet } from "../dom";

const STYLE = styleSheet(`
  :host { display: block; position: relative; z-index: 30; font: 1rem/1.4 system-ui, sans-serif; color: #1b2430; }
  section { margin: 0; padding: .5rem 1rem; border-bottom: 1px solid #d5dbe3; border-left: 6px solid #a5161d; background: #fff4f4; }
  p { margin: .15rem 0; } strong { color: #a5161d; } code { overflow-wrap: anywhere; }
  button { padding: .2rem .6rem; border: 1px solid #6f7b8a; border-radius: 6px; background: #fff; font: inherit; cursor: pointer; }
  .remedy { font-size: .9rem; color: #4d5967; overflow-wrap: anywhere; }
`);

export interface Notice {
  /** What happened, for the worker. */
  readonly what: string;
  /** What whoever runs the job has to do. */
  readonly remedy: string;
  /** What the worker can do instead. */
  readonly offer?: { readonly text: string; readonly act: () => void };
}

/** The bar of a document; it appears with the first notice. */
export class Notices {
  private readonly told = new Set<string>();
  private readonly section = make("section", { role: "alert" });
  private host: HTMLElement | undefined;

  constructor(private readonly page: Document) {}

  tell({ what, remedy, offer }: Notice): void {
    if (this.told.has(what)) return;
    this.told.add(what);
    this.section.append(make("p", {}, make("strong", {}, what), ...(offer ? [" ", make("button", { type: "button", click: offer.act }, offer.text)] : [])), make("p", { class: "remedy" }, `For whoever runs the job: ${remedy}`));
    this.show();
  }

  /** A script at the head of the page runs before there is a body. */
  private show(): void {
    if (this.host?.isConnected) return;
    if (!this.page.body) {
      this.page.addEventListener("DOMContentLoaded", () => this.show(), { once: true });
      return;
    }
    this.host ??= this.makeHost();
    this.page.body.prepend(this.host);
  }

  private makeHost(): HTMLElement {
    const host = make("div", { "data-tracemark-notices": "" });
    const root = host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [STYLE];
    root.append(this.section);
    return host;
  }
}
