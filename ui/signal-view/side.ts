// Beside a lane: what its channels are, their values under the cursor, and what can be done with the lane.
import type { Bench } from "./bench";
import { button, make, say } from "../dom";
import { colourOf, type Lane } from "./lane";
import { exact } from "./number-text";
import { hasSpectrum } from "./spectrogram";

export class Side {
  readonly #values: HTMLElement[];

  /** `spectrum` shows or hides the spectrogram of the lane. */
  constructor(private readonly bench: Bench, private readonly lane: Lane, spectrum: () => void) {
    this.#values = lane.channels.map(() => make("div", { class: "value" }));
    const parts = lane.channels.flatMap((channel, at) => {
      const name = make("div", { class: "name" }, channel.about.unit ? `${channel.about.title} (${channel.about.unit})` : channel.about.title);
      name.style.setProperty("--ink", colourOf(channel));
      return [name, this.#values[at]!];
    });
    lane.side.replaceChildren(...parts, this.#tools(spectrum), ...this.#offset());
  }

  /** Show the exact samples under the cursor. */
  read(): void {
    this.lane.channels.forEach((channel, at) => {
      const reading = this.bench.readings.of(channel);
      const unit = channel.about.unit ? ` ${channel.about.unit}` : "";
      const text = reading ? (Number.isNaN(reading.value) ? "gap" : `${exact(reading.value)}${unit}`) : Number.isFinite(this.bench.cursor) ? "…" : "";
      const moment = reading && this.bench.file.clocks.length > 1 ? ` at ${exact(reading.time)}` : "";
      say(this.#values[at]!, text + moment);
    });
  }

  #tools(spectrum: () => void): HTMLElement {
    const { bench, lane } = this;
    const title = lane.channels.map((each) => each.about.title).join(", ");
    const at = (): number => bench.lanes.indexOf(lane);
    const made = [
      button("↑", `Move ${title} up`, () => { this.#swap(at(), at() - 1); }),
      button("↓", `Move ${title} down`, () => { this.#swap(at(), at() + 1); }),
      button("⊕", `Lay ${title} over the lane above`, () => { this.#overlay(at()); }),
    ];
    if (lane.channels.length > 1) made.push(button("⊖", `Give each of ${title} a lane of its own`, () => { this.#split(at()); }));
    if (hasSpectrum(bench, lane.channels[0]!)) made.push(button("≋", `Spectrogram of ${title}`, spectrum));
    made.push(button("×", `Hide ${title}`, () => { this.#hide(at()); }));
    return make("div", { class: "tools" }, ...made);
  }

  #offset(): HTMLElement[] {
    if (this.bench.file.clocks.length < 2) return [];
    const looking = this.bench.lookingOf(this.lane.channels[0]!);
    const input = make("input", { type: "number", step: "any", value: String(looking.offset), title: "Shift the channels of this clock against the others" });
    input.addEventListener("change", () => {
      looking.offset = Number.isFinite(input.valueAsNumber) ? input.valueAsNumber : 0;
      this.bench.shifted();
    });
    const { unit } = this.bench.file.time;
    return [make("label", {}, unit ? `shift (${unit}) ` : "shift ", input)];
  }

  #swap(from: number, to: number): void {
    const lanes = [...this.bench.lanes];
    if (!lanes[to]) return;
    [lanes[from], lanes[to]] = [lanes[to], lanes[from]!];
    this.bench.active = to;
    this.bench.rearrange(lanes);
  }

  #overlay(at: number): void {
    const above = this.bench.lanes[at - 1];
    if (!above) return;
    const both = this.bench.laneOf([...above.channels, ...this.lane.channels]);
    this.bench.rearrange(this.bench.lanes.flatMap((lane, place) => (place === at - 1 ? [both] : place === at ? [] : [lane])));
  }

  #split(at: number): void {
    const apart = this.lane.channels.map((channel) => this.bench.laneOf([channel]));
    this.bench.rearrange(this.bench.lanes.flatMap((lane, place) => (place === at ? apart : [lane])));
  }

  #hide(at: number): void {
    if (this.bench.lanes.length < 2) return;
    this.bench.hidden = [...this.bench.hidden, ...this.lane.channels];
    this.bench.rearrange(this.bench.lanes.filter((_, place) => place !== at));
  }
}
