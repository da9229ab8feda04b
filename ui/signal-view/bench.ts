// The state of a view: what is looked at, how, and where the cursor is. What is drawn follows from it.
import type { Fault } from "./fault";
import { Lane, type Values } from "./lane";
import { Looking } from "./looking";
import { Marks, type Mark } from "./marks";
import { Readings } from "./readings";
import { extremesOf } from "./series";
import type { Channel, Clock, TraceFile } from "./trace-file";
import { Viewport, type Range } from "./viewport";

export type Tool = "move" | "zoom" | "mark";
export type Scaling = "full" | "fit" | "shared";

export interface Selection extends Range {
  readonly channel: string | null;
}

export interface Listener {
  /** Something moved: draw the next frame. */
  draw(): void;
  /** Lanes came, went or changed places. */
  arrange(): void;
  /** Marks, tools or classes changed. */
  list(): void;
  fail(error: Fault): void;
  /** Say what a key did. */
  tell(words: string): void;
}

const LOOK_MS = 40;

export class Bench {
  readonly viewport: Viewport;
  readonly marks: Marks;
  readonly readings: Readings;
  readonly lookings: ReadonlyMap<Clock, Looking>;
  lanes: Lane[];
  hidden: Channel[] = [];
  tool: Tool;
  scaling: Scaling = "full";
  active = 0;
  label: string;
  onAll = false;
  cursor = NaN;
  selection?: Selection;
  /** How many pixels the time axis has. */
  pixels = 1000;
  #looking = 0;

  constructor(readonly file: TraceFile, readonly labels: readonly string[], private readonly listener: Listener) {
    this.viewport = new Viewport(file.span, () => { this.#moved(); });
    this.marks = new Marks(() => { this.listener.list(); });
    this.lookings = new Map(file.clocks.map((clock) => [clock, new Looking(clock)]));
    const failed = (error: unknown): void => { this.listener.fail(error as Fault); };
    this.readings = new Readings((clock) => this.lookings.get(clock)!, () => { this.listener.draw(); }, failed);
    this.lanes = file.channels.map((channel) => new Lane([channel]));
    this.tool = labels.length ? "mark" : "zoom";
    this.label = labels[0] ?? "";
  }

  get visible(): Channel[] {
    return this.lanes.flatMap((lane) => lane.channels);
  }

  get lane(): Lane | undefined {
    return this.lanes[this.active];
  }

  time(pixel: number): number {
    const { from } = this.viewport.range;
    return from + (pixel / this.pixels) * this.viewport.width;
  }

  pixel(time: number): number {
    return ((time - this.viewport.range.from) / this.viewport.width) * this.pixels;
  }

  lookingOf(channel: Channel): Looking {
    return this.lookings.get(channel.clock)!;
  }

  /** Return the values that the axis of a channel spans. */
  values(channel: Channel): Values {
    const { lowest, highest } = channel.about;
    const whole: Values = [lowest ?? 0, highest ?? 1];
    if (this.scaling === "full") return whole;
    if (this.scaling === "fit") {
      const { from, to } = this.viewport.range;
      return extremesOf(this.lookingOf(channel).series(channel.column), from, to) ?? whole;
    }
    const alike = this.visible.filter((each) => each.about.unit === channel.about.unit);
    return [Math.min(...alike.map((each) => each.about.lowest ?? 0)), Math.max(...alike.map((each) => each.about.highest ?? 1))];
  }

  point(time: number): void {
    this.cursor = time;
    this.readings.point(time, [...new Set(this.visible.map((each) => each.clock))]);
    this.listener.draw();
  }

  /** Move the cursor by samples of the active lane; with `extend` the selection grows with it. */
  async step(samples: number, extend: boolean): Promise<void> {
    const channel = this.lane?.channels[0];
    if (!channel) return;
    const { clock } = channel;
    const begin = Number.isFinite(this.cursor) ? this.cursor : (this.viewport.range.from + this.viewport.range.to) / 2;
    const index = await this.readings.nearest(clock, begin);
    const next = Math.min(clock.count - 1, Math.max(0, index + samples));
    const time = await this.momentOf(channel, next);
    if (extend) this.#extend(channel, await this.momentOf(channel, index), time);
    else this.selection = undefined;
    this.viewport.reveal(time);
    this.point(time);
  }

  /** Return the moment of a sample on the common axis. */
  async momentOf(channel: Channel, index: number): Promise<number> {
    await channel.clock.layers[0]!.read(index, index + 1);
    return channel.clock.moment(index)! + this.lookingOf(channel).offset;
  }

  /** Return the moment of the sample nearest to a moment of the common axis, in the file's own time. */
  async snap(channel: Channel, time: number): Promise<number> {
    const index = await this.readings.nearest(channel.clock, time);
    return (await this.momentOf(channel, index)) - this.lookingOf(channel).offset;
  }

  #extend(channel: Channel, anchor: number, time: number): void {
    const from = this.selection ? (this.selection.from === this.cursor ? this.selection.to : this.selection.from) : anchor;
    const name = this.onAll ? null : channel.key;
    this.selection = from <= time ? { channel: name, from, to: time } : { channel: name, from: time, to: from };
  }

  /** Make a mark of the selection, or of the cursor's moment when nothing is selected. */
  async markHere(label = this.label): Promise<void> {
    const channel = this.lane?.channels[0];
    const { from, to } = this.selection ?? { from: this.cursor, to: this.cursor };
    if (!channel || !label || !Number.isFinite(from)) return;
    this.selection = undefined;
    await this.addMark({ label, channel: this.onAll ? null : channel.key, start: from, end: to }, channel);
    this.listener.draw();
  }

  /** Add a mark whose ends, moments of the common axis, become those of samples of `channel`. */
  async addMark(mark: Mark, channel: Channel): Promise<void> {
    const [start, end] = await Promise.all([this.snap(channel, mark.start), this.snap(channel, mark.end)]);
    this.marks.add({ ...mark, start, end });
  }

  /** Return the channel that a mark's times are those of. */
  channelOf(mark: Mark): Channel {
    return this.file.channels.find((each) => each.key === mark.channel) ?? this.visible[0] ?? this.file.channels[0]!;
  }

  laneOf(channels: readonly Channel[]): Lane {
    return new Lane(channels);
  }

  /** A clock was shifted by hand. */
  shifted(): void {
    this.changed();
    this.lookSoon();
  }

  tell(words: string): void {
    this.listener.tell(words);
  }

  redraw(): void {
    this.listener.draw();
  }

  changed(): void {
    this.listener.list();
    this.listener.draw();
  }

  rearrange(lanes: Lane[]): void {
    this.lanes.filter((lane) => !lanes.includes(lane)).forEach((lane) => { lane.destroy(); });
    this.lanes = lanes;
    this.active = Math.min(this.active, lanes.length - 1);
    this.listener.arrange();
  }

  /** Read what the view needs, once it has rested for a moment. */
  lookSoon(): void {
    if (this.#looking) return;
    this.#looking = window.setTimeout(() => {
      this.#looking = 0;
      void this.look();
    }, LOOK_MS);
  }

  async look(): Promise<void> {
    const clocks = new Set(this.visible.map((each) => each.clock));
    try {
      const news = await Promise.all([...clocks].map((clock) => this.lookings.get(clock)!.look(this.viewport.range, this.pixels)));
      if (news.some(Boolean)) this.listener.draw();
    } catch (error) {
      this.listener.fail(error as Fault);
    }
  }

  #moved(): void {
    this.listener.draw();
    this.lookSoon();
  }
}
