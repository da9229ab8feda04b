// Which frequencies a channel holds over the range that is looked at: a picture below its lane.
import type { Bench } from "./bench";
import { make } from "../dom";
import { powerSpectrum } from "./fft";
import { PLOT_LEFT, PLOT_RIGHT } from "./lane";
import { short } from "./number-text";
import type { Channel } from "./trace-file";

const LEAST_HERTZ = 1000;
const WINDOW = 256;
const MOST_SAMPLES = 1 << 17;
const MOST_COLUMNS = 400;
const SHOWN_DECIBELS = 70;
const SLICE_MS = 6;

/** Return how often a channel was sampled in a second; NaN when that is not steady, or its unit of time is unknown. */
export const rateOf = (bench: Bench, channel: Channel): number =>
  channel.clock.steady ? 1 / (channel.clock.steady.step * bench.file.seconds) : NaN;

export const hasSpectrum = (bench: Bench, channel: Channel): boolean => rateOf(bench, channel) >= LEAST_HERTZ;

export class Spectrogram {
  readonly element = make("div", { class: "spectrum" });
  readonly #canvas = make("canvas", { role: "img", "aria-label": "Spectrogram" });
  readonly #text = make("span");
  #shown = "";

  constructor(private readonly bench: Bench, private readonly channel: Channel) {
    this.#canvas.style.cssText = `left: ${PLOT_LEFT}px; width: calc(100% - ${PLOT_LEFT + PLOT_RIGHT}px); height: 100%`;
    this.element.append(this.#canvas, this.#text);
  }

  /** Draw the range that is looked at, unless it is drawn already or too long to be read for this. */
  async draw(): Promise<void> {
    const { range } = this.bench.viewport;
    const key = `${range.from} ${range.to}`;
    if (key === this.#shown) return;
    this.#shown = key;
    const { offset } = this.bench.lookingOf(this.channel);
    const { clock } = this.channel;
    const from = await clock.locate(range.from - offset);
    const to = (await clock.locate(range.to - offset)) + 1;
    if (to - from > MOST_SAMPLES || to - from < WINDOW) {
      this.#say(to - from < WINDOW ? "too short a range for a spectrogram" : `zoom in to ${this.#longest()} to see the spectrogram`);
      return;
    }
    const block = await clock.layers[0]!.read(from, to);
    const samples = Float64Array.from({ length: to - from }, (_, at) => block.lowest(from + at, this.channel.column));
    if (key === this.#shown) await this.#paint(samples, () => key === this.#shown);
  }

  #longest(): string {
    return `${short((MOST_SAMPLES - 1) * this.channel.clock.steady!.step, 3)} ${this.bench.file.time.unit}`;
  }

  #say(text: string): void {
    this.#canvas.width = 1;
    this.#text.textContent = text;
  }

  /** Transform column by column, a few milliseconds at a time, so that zooming stays smooth meanwhile. */
  async #paint(samples: Float64Array, wanted: () => boolean): Promise<void> {
    const columns = Math.min(MOST_COLUMNS, Math.max(1, samples.length - WINDOW));
    const spectra: Float64Array[] = [];
    let until = performance.now() + SLICE_MS;
    for (let column = 0; column < columns; column += 1) {
      const at = Math.floor((column * (samples.length - WINDOW)) / columns);
      spectra.push(powerSpectrum(withoutGaps(samples.slice(at, at + WINDOW))));
      if (performance.now() < until) continue;
      await new Promise(requestAnimationFrame);
      if (!wanted()) return;
      until = performance.now() + SLICE_MS;
    }
    this.#put(spectra);
    const half = short(rateOf(this.bench, this.channel) / 2, 4);
    this.#text.textContent = `${this.channel.about.title}: 0 to ${half} Hz upwards`;
  }

  #put(spectra: readonly Float64Array[]): void {
    const height = WINDOW / 2;
    this.#canvas.width = spectra.length;
    this.#canvas.height = height;
    const pen = this.#canvas.getContext("2d")!;
    const picture = pen.createImageData(spectra.length, height);
    const strongest = Math.max(...spectra.map((each) => each.reduce((a, b) => Math.max(a, b), -Infinity)));
    spectra.forEach((spectrum, x) => {
      spectrum.forEach((power, bin) => {
        const strength = Math.min(1, Math.max(0, 1 + (power - strongest) / SHOWN_DECIBELS));
        picture.data.set(ink(strength), 4 * ((height - 1 - bin) * spectra.length + x));
      });
    });
    pen.putImageData(picture, 0, 0);
  }
}

const withoutGaps = (samples: Float64Array): Float64Array => samples.map((value) => (Number.isNaN(value) ? 0 : value));

/** From white over blue to black: readable for every kind of colour vision, and printed. */
const ink = (strength: number): [number, number, number, number] => [
  255 * (1 - strength) ** 2,
  255 * (1 - strength) ** 1.3,
  255 * (1 - strength ** 3),
  255,
];
