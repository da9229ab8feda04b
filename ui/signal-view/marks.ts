// Marks on signals: a list that knows its past, so that each change can be undone and done again.
import { Fault } from "./fault";

/** A span, or a point when both ends are equal; `channel` is null when all channels are meant. Times are those of the file. */
export interface Mark {
  readonly label: string;
  readonly channel: string | null;
  readonly start: number;
  readonly end: number;
}

const KEPT = 500;

export class Marks {
  #list: readonly Mark[] = [];
  #past: (readonly Mark[])[] = [];
  #future: (readonly Mark[])[] = [];
  /** The index of the mark that is worked on, or -1. */
  selected = -1;

  constructor(private readonly changed: () => void = () => undefined) {}

  get list(): readonly Mark[] {
    return this.#list;
  }

  get current(): Mark | undefined {
    return this.#list[this.selected];
  }

  /** Take over a list without a past. */
  restore(list: readonly Mark[]): void {
    this.#list = list;
    this.#past = [];
    this.#future = [];
    this.selected = -1;
    this.changed();
  }

  add(mark: Mark): void {
    this.#step([...this.#list, ordered(mark)]);
    this.selected = this.#list.length - 1;
    this.changed();
  }

  /** Change the mark at an index; changes of one gesture count as one with `amend`. */
  change(index: number, part: Partial<Mark>, amend = false): void {
    const found = this.#list[index];
    if (!found) return;
    const next = this.#list.map((mark, at) => (at === index ? ordered({ ...found, ...part }) : mark));
    if (amend) this.#list = next;
    else this.#step(next);
    this.changed();
  }

  /** Begin a gesture: what follows with `amend` is undone with it. */
  begin(): void {
    this.#step(this.#list);
  }

  remove(index = this.selected): void {
    if (!this.#list[index]) return;
    this.#step(this.#list.filter((_, at) => at !== index));
    this.selected = Math.min(this.selected, this.#list.length - 1);
    this.changed();
  }

  undo(): void {
    this.#travel(this.#past, this.#future);
  }

  redo(): void {
    this.#travel(this.#future, this.#past);
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  select(index: number): void {
    this.selected = index;
    this.changed();
  }

  /** Select the mark that follows, in order of time, by `step` places. */
  selectNext(step: number): void {
    const order = [...this.#list.keys()].sort((a, b) => this.#list[a]!.start - this.#list[b]!.start);
    if (!order.length) return;
    const at = order.indexOf(this.selected);
    const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : (at + step + order.length) % order.length;
    this.select(order[next]!);
  }

  get text(): string {
    return JSON.stringify(this.#list);
  }

  #step(next: readonly Mark[]): void {
    this.#past = [...this.#past, this.#list].slice(-KEPT);
    this.#future = [];
    this.#list = next;
  }

  #travel(from: (readonly Mark[])[], to: (readonly Mark[])[]): void {
    const found = from.pop();
    if (!found) return;
    to.push(this.#list);
    this.#list = found;
    this.selected = Math.min(this.selected, found.length - 1);
    this.changed();
  }
}

const ordered = (mark: Mark): Mark => (mark.start <= mark.end ? mark : { ...mark, start: mark.end, end: mark.start });

/** Read marks as the answer holds them; `channels` are the keys that there are. */
export const readMarks = (text: string, channels: readonly string[]): Mark[] => {
  const refuse = (what: string): Fault =>
    new Fault(`the marks in \`value\` cannot be read: ${what}`, 'give a list of {"label", "channel", "start", "end"}');
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch (error) {
    throw refuse(String(error));
  }
  if (!Array.isArray(found)) throw refuse("they are no list");
  return found.map((each: unknown, at) => {
    const mark = each as Partial<Mark> | null;
    if (typeof mark?.label !== "string" || !Number.isFinite(mark.start) || !Number.isFinite(mark.end)) throw refuse(`mark ${at + 1} lacks label, start or end`);
    const channel = mark.channel ?? null;
    if (channel !== null && !channels.includes(channel)) throw refuse(`mark ${at + 1} is on ${channel}, which is no channel`);
    return ordered({ label: mark.label, channel, start: mark.start!, end: mark.end! });
  });
};
