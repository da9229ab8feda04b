// <signal-view>: from its attributes to lanes on the screen, and from marks to the answer of its form.
import { Bench } from "./bench";
import { make, say } from "../dom";
import { draftsOf, fileOf, type Drafts } from "../drafts";
import { Fault } from "./fault";
import { given } from "../given";
import { KEYS } from "./keys";
import { fillList } from "./mark-list";
import { readMarks } from "./marks";
import { exact, short } from "./number-text";
import { Player } from "./player";
import { HttpRanges } from "./ranges";
import { Stage } from "./stage";
import { CSS } from "./style";
import { fillToolbar } from "./toolbar";
import { TraceFile } from "./trace-file";

const LANE_HEIGHT = 120;

export class SignalView extends HTMLElement {
  static readonly observedAttributes = ["src"];

  /** What is shown, for scripts and tests; undefined until the file was opened. */
  bench?: Bench;
  /** When the first bytes had arrived and when they were on the screen, in milliseconds of `performance.now()`. */
  timing?: { arrived: number; shown: number };

  readonly #bar = make("div", { class: "bar", role: "toolbar", "aria-label": "Signals" });
  readonly #lanes = make("div", { class: "lanes" });
  readonly #when = make("div", { class: "when", "aria-live": "off" });
  readonly #foot = make("div", { class: "foot" });
  readonly #list = make("div", { class: "list" });
  readonly #keys = make("div", { class: "keys", hidden: true }, ...KEYS.map(([key, does]) => make("div", {}, make("kbd", {}, key), ` ${does}`)));
  readonly #status = make("div", { class: "status", role: "status" });
  readonly #instead = make("slot", { hidden: true });
  readonly #frame = make("div", { class: "frame", tabindex: "0", role: "application", "aria-label": "Signals" });
  #stage?: Stage;
  #field?: HTMLInputElement;
  #drafts?: Drafts;
  #player?: Player;
  #opened = "";

  connectedCallback(): void {
    if (!this.shadowRoot) {
      const root = this.attachShadow({ mode: "open", delegatesFocus: true });
      this.#frame.append(this.#bar, this.#lanes, this.#foot, this.#list, this.#keys, this.#status);
      // What the template puts into the element is shown when the signals cannot be: charts, as a rule.
      root.append(make("style", {}, CSS), this.#frame, this.#instead);
    }
    void this.#open();
  }

  disconnectedCallback(): void {
    // A form around the view may only have moved it.
    window.setTimeout(() => {
      if (this.isConnected) return;
      this.#stage?.destroy();
      this.#opened = "";
    });
  }

  attributeChangedCallback(): void {
    if (this.isConnected && this.shadowRoot) void this.#open();
  }

  /** The marks as they are submitted: a list of `{"label", "channel", "start", "end"}`. */
  get value(): unknown {
    return this.bench?.marks.list ?? [];
  }

  get labels(): string[] {
    const text = this.getAttribute("labels");
    if (!text) return [];
    try {
      const found: unknown = JSON.parse(text);
      if (Array.isArray(found) && found.every((each) => typeof each === "string")) return found;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    throw new Fault("`labels` is no list of texts", "write labels='{{ task.input.labels | to_json }}'");
  }

  async #open(): Promise<void> {
    const source = this.getAttribute("src") ?? "";
    if (source === this.#opened && source) return;
    this.#opened = source;
    try {
      if (!source) throw new Fault("there is no trace file for this item", "set SHOW=signals or SHOW=both where its charts are made");
      this.#status.textContent = "Reading the signals …";
      const file = await TraceFile.open(new HttpRanges(source));
      if (this.#opened === source) this.#show(file, performance.now());
    } catch (error) {
      this.#fail(error);
    }
  }

  #show(file: TraceFile, arrived: number): void {
    this.#instead.hidden = true;
    this.#stage?.destroy();
    const bench = new Bench(file, this.labels, {
      draw: () => this.#stage?.requestFrame(),
      arrange: () => { this.#arrange(); },
      list: () => { this.#listMarks(); },
      fail: (error) => { this.#fail(error); },
      tell: (words) => { this.#say(words); },
    });
    this.bench = bench;
    this.#stage = new Stage(bench, this.#lanes, this.#frame, Number(this.getAttribute("lane-height")) || LANE_HEIGHT, () => { this.#readCursor(); });
    this.#foot.replaceChildren(this.#when, this.#stage.strip.element);
    const audio = this.getAttribute("audio");
    this.#player = audio ? new Player(bench, audio, Number(this.getAttribute("audio-start")) || 0) : undefined;
    this.#arrange();
    this.#say();
    this.#takeMarks(bench);
    this.#stage.frame();
    this.timing = { arrived, shown: performance.now() };
    this.dispatchEvent(new CustomEvent("signal-view-shown", { bubbles: true }));
    void bench.look();
  }

  #arrange(): void {
    this.#stage?.arrange();
    this.#fillBar();
  }

  #fillBar(): void {
    const help = (): void => { this.#keys.hidden = !this.#keys.hidden; };
    fillToolbar(this.#bar, this.bench!, help, this.#player ? [this.#player.element] : []);
  }

  /** Marks that were given come first; a draft of this task, if there is one, takes their place. */
  #takeMarks(bench: Bench): void {
    const name = this.getAttribute("name");
    if (!name) return;
    this.#field ??= this.appendChild(make("input", { type: "hidden", name }));
    const channels = bench.file.channels.map((each) => each.key);
    const answered = given?.[name];
    const text = typeof answered === "string" ? answered : this.getAttribute("value");
    bench.marks.restore(text ? readMarks(text, channels) : []);
    this.#drafts = undefined;
    const drafts = draftsOf(name, fileOf(this.#opened));
    drafts.recall((text) => {
      try {
        bench.marks.restore(readMarks(text, channels));
      } catch (error) {
        this.#fail(error);
      }
    });
    this.#drafts = drafts;
  }

  #listMarks(): void {
    const { bench } = this;
    if (!bench || !this.#stage) return;
    if (this.#field && this.#field.value !== bench.marks.text) {
      this.#field.value = bench.marks.text;
      this.#drafts?.keep(bench.marks.text);
      this.dispatchEvent(new Event("change", { bubbles: true }));
    }
    fillList(this.#list, bench);
    this.#fillBar();
    this.#stage.fillMarks();
  }

  #readCursor(): void {
    const { bench } = this;
    if (!bench) return;
    const channel = bench.lane?.channels[0];
    const reading = channel && bench.readings.of(channel);
    const { unit } = bench.file.time;
    const { selection } = bench;
    const moment = reading ? `${exact(reading.time)} ${unit}` : Number.isFinite(bench.cursor) ? `${short(bench.cursor, 8)} ${unit}` : "";
    say(this.#when, selection ? `${short(selection.to - selection.from)} ${unit} selected` : moment);
  }

  /** Say what a key did, and what there is to know of the file. */
  #say(...done: string[]): void {
    const { file } = this.bench!;
    const samples = Math.max(...file.clocks.map((clock) => clock.count));
    const gaps = file.channels.filter((each) => each.about.missing).map((each) => `${each.about.title} lacks ${each.about.missing.toLocaleString("en")} samples`);
    const start = file.about.start ? [`time 0 is ${file.about.start.replace("T", " ")}`] : [];
    this.#status.textContent = [...done, `${samples.toLocaleString("en")} samples`, ...start, ...(file.about.notes.length ? file.about.notes : gaps), "? shows the keys"].join(" · ");
    this.#status.classList.remove("wrong");
  }

  #fail(error: unknown): void {
    if (error instanceof DOMException && error.name === "AbortError") return;
    this.#status.classList.add("wrong");
    this.#instead.hidden = this.bench !== undefined;
    this.#status.textContent = error instanceof Error ? `The signals cannot be shown: ${error.message}` : String(error);
    if (!(error instanceof Fault)) throw error;
  }
}
