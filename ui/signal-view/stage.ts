// The lanes on the screen: laid out when they or the size change, drawn at most once a frame.
import type { Bench } from "./bench";
import { onKey } from "./keys";
import { PLOT_LEFT, PLOT_RIGHT, type Lane } from "./lane";
import { MarkLayer } from "./mark-layer";
import { Pointer } from "./pointer";
import { Side } from "./side";
import { Spectrogram } from "./spectrogram";
import { Strip } from "./strip";

interface Fitted {
  marks: MarkLayer;
  side: Side;
  spectrum?: Spectrogram;
}

const INPUTS = "input, select, audio";

export class Stage {
  readonly strip: Strip;
  #fitted = new Map<Lane, Fitted>();
  #frame = 0;
  #width = 0;
  readonly #observer: ResizeObserver;
  readonly #stop = new AbortController();

  constructor(
    private readonly bench: Bench,
    private readonly lanes: HTMLElement,
    frame: HTMLElement,
    private readonly laneHeight: number,
    private readonly moved: () => void,
  ) {
    this.strip = new Strip(bench);
    this.#observer = new ResizeObserver(() => { this.#resized(); });
    this.#observer.observe(lanes);
    frame.addEventListener("keydown", (event) => { this.#key(event); }, { signal: this.#stop.signal });
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#stop.abort();
    cancelAnimationFrame(this.#frame);
    for (const lane of this.#fitted.keys()) lane.destroy();
  }

  /** Lay out the lanes anew. */
  arrange(): void {
    const { bench } = this;
    const before = this.#fitted;
    this.#fitted = new Map(bench.lanes.map((lane) => [lane, before.get(lane) ?? this.#fit(lane)]));
    this.lanes.replaceChildren(...bench.lanes.map((lane) => lane.element));
    this.#build();
  }

  fillMarks(): void {
    this.bench.lanes.forEach((lane, at) => {
      lane.element.classList.toggle("active", at === this.bench.active);
      lane.plot.classList.toggle("move", this.bench.tool === "move");
      this.#fitted.get(lane)?.marks.fill();
    });
  }

  requestFrame(): void {
    this.#frame ||= requestAnimationFrame(() => { this.frame(); });
  }

  /** Draw what the bench holds now. */
  frame(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { bench } = this;
    const range = bench.viewport.range;
    for (const [lane, fitted] of this.#fitted) {
      lane.draw({ range, series: (channel) => bench.lookingOf(channel).series(channel.column), values: (channel) => bench.values(channel) });
      fitted.marks.move();
      fitted.side.read();
      void fitted.spectrum?.draw();
    }
    this.strip.draw();
    this.moved();
  }

  #fit(lane: Lane): Fitted {
    const marks = new MarkLayer(this.bench, lane);
    new Pointer(this.bench, lane, marks);
    return { marks, side: new Side(this.bench, lane, () => { this.#toggleSpectrum(lane); }) };
  }

  #toggleSpectrum(lane: Lane): void {
    const fitted = this.#fitted.get(lane)!;
    if (fitted.spectrum) {
      fitted.spectrum.element.remove();
      fitted.spectrum = undefined;
      return;
    }
    fitted.spectrum = new Spectrogram(this.bench, lane.channels[0]!);
    lane.element.append(fitted.spectrum.element);
    this.requestFrame();
  }

  #resized(): void {
    if (this.lanes.clientWidth === this.#width) return;
    this.strip.resized();
    this.#build();
  }

  #build(): void {
    const { bench } = this;
    this.#width = this.lanes.clientWidth;
    const last = bench.lanes[bench.lanes.length - 1];
    const width = last?.plot.clientWidth ?? 0;
    if (!width) return;
    bench.pixels = Math.max(1, width - PLOT_LEFT - PLOT_RIGHT);
    const { title: name, unit } = bench.file.time;
    const title = unit ? `${name} (${unit})` : name;
    for (const lane of bench.lanes) lane.build(width, this.laneHeight, lane === last ? title : null);
    this.fillMarks();
    this.frame();
    bench.lookSoon();
  }

  #key(event: KeyboardEvent): void {
    const target = event.composedPath()[0];
    if (event.defaultPrevented || (target instanceof Element && target.matches(INPUTS))) return;
    if (!onKey(this.bench, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }
}
