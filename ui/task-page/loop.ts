// From task to task without a page load: submit shows the next one, which was loaded ahead; Back shows the last answers.

import type { Json } from "../json";
import { LeaseClock } from "./lease-clock";
import type { Page } from "./page";
import { Refused, type Following, type Server } from "./server";
import { TaskFrame } from "./task-frame";
import { Turn } from "./turn";
import type { View } from "./view";
import { DECLINING, OPENING, SAVING, UNANSWERED, UNREACHED } from "./words";

const RETRY_MILLISECONDS = 5_000;
const SETTLE_MILLISECONDS = 100;
const LONGEST_RETRY = 60_000;

export class Loop {
  private ahead: TaskFrame | undefined;
  /** The task that is held while an earlier answer is shown over it. */
  private held: TaskFrame | undefined;
  /** What was reserved with the last answer, until it is loaded below. */
  private reserved: View | null = null;
  private readonly turn = new Turn();
  private readonly clock: LeaseClock;

  constructor(private current: TaskFrame, private readonly page: Page, private readonly server: Server) {
    this.clock = new LeaseClock(page.clock, page.timing, () => this.end("The time for this task is over. It went back to the pool."));
  }

  get shown(): TaskFrame {
    return this.current;
  }

  /** The frame that a message comes from. */
  sender(event: MessageEvent<{ nonce?: unknown } | null>): TaskFrame | undefined {
    return [this.current, this.ahead, this.held].find((frame) => frame?.sent(event));
  }

  begin(): void {
    const { view } = this.current;
    this.page.describe(view);
    if (view.secondsLeft !== null) this.clock.begin(view.secondsLeft);
    this.look();
    this.start(this.current);
  }

  /** Follow whether somebody looks at the task; called every second, and when that may have changed. */
  look(): void {
    this.current.time.attend(performance.now(), !document.hidden && document.hasFocus());
  }

  tick(): void {
    this.clock.tick();
    this.look();
  }

  private start(frame: TaskFrame): void {
    // A template without our elements never says that it is ready.
    frame.element.addEventListener("load", () => this.ready(frame), { once: true });
    frame.load();
  }

  /** A frame can be worked on: the keyboard goes there, and what comes next is loaded. */
  ready(frame: TaskFrame): void {
    const isFirst = !frame.isReady;
    frame.isReady = true;
    if (frame !== this.current) return;
    // Keys work as soon as the task can be seen, however long its pictures take.
    if (isFirst) frame.focus();
    if (isFirst && frame.view.given === null) this.afterPaint(() => void this.prepare(frame));
  }

  /** What is shown is painted first: whatever else there is to do takes time from it. */
  private afterPaint(run: () => void): void {
    requestAnimationFrame(() => setTimeout(run, SETTLE_MILLISECONDS));
  }

  /** Reserve what comes after a task and load it below. */
  private async prepare(frame: TaskFrame, wait = RETRY_MILLISECONDS): Promise<void> {
    if (!this.isHeld(frame) || this.ahead) return;
    // What fails here is tried again; without it the next task is only slower to come.
    const view = this.takeReserved() ?? (await this.server.reserve(frame.view).catch(() => null));
    if (!this.isHeld(frame) || this.ahead) return;
    if (!view) {
      setTimeout(() => void this.prepare(frame, Math.min(2 * wait, LONGEST_RETRY)), wait);
      return;
    }
    this.ahead = TaskFrame.below(this.current.element, view);
    this.ahead.markAhead();
    this.start(this.ahead);
  }

  private takeReserved(): View | null {
    const { reserved } = this;
    this.reserved = null;
    return reserved;
  }

  private isHeld(frame: TaskFrame): boolean {
    return frame === (this.held ?? this.current) && frame.element.isConnected;
  }

  async submit(answers: Json): Promise<void> {
    const frame = this.current;
    const seconds = frame.time.seconds(performance.now());
    await this.carryOut(SAVING, frame, () => this.server.submit(frame.view, answers, seconds), () => {
      if (frame.view.given === null) this.page.count();
      this.page.sayDone("Saved.");
    });
  }

  async decline(): Promise<void> {
    const frame = this.current;
    if (frame.view.given === null) await this.carryOut(DECLINING, frame, () => this.server.decline(frame.view), () => { this.page.sayDone("Declined."); });
  }

  /** Do what ends a task, and follow to the next one; the worker's answer stays in the page until that is done. */
  private async carryOut(doing: string, frame: TaskFrame, ask: () => Promise<Following>, done: () => void): Promise<void> {
    if (this.turn.doing) {
      this.putOff(doing, frame);
      return;
    }
    this.page.say(doing);
    await this.turn.take(doing, async () => {
      const following = await ask().catch((error: unknown) => { this.fail(frame, error); });
      if (!following) return;
      done();
      frame.forgetDrafts();
      this.follow(following);
    });
  }

  /** Something was pressed that no task takes: what is shown is handed over, or not there yet. */
  lose(): void {
    const isOpen = !this.turn.doing && this.current.isReady;
    if (!isOpen && this.current.element.isConnected) this.page.sayEarly(this.turn.doing);
  }

  /** Something else is under way: say so, and let the worker go on with a form that believes its answer is on its way. */
  private putOff(doing: string, frame: TaskFrame): void {
    const now = this.turn.doing;
    if (doing === now) {
      this.page.say(now);
      return;
    }
    const text = doing === SAVING ? `${now} Your answer was not taken: submit it again.` : `${now} Wait for that, then decline.`;
    this.page.say(text, true);
    if (doing === SAVING) frame.refuse(text);
  }

  private fail(frame: TaskFrame, error: unknown): void {
    const text = error instanceof Refused ? error.message : UNANSWERED;
    if (!(error instanceof Refused) || error.again) {
      this.page.say(text, true);
      frame.refuse(text);
    } else if (this.held) this.returnToHeld(text);
    else this.end(text);
  }

  private follow({ location: path, next, ahead = null }: Following): void {
    this.reserved = ahead;
    try {
      if (next && next.task === this.held?.view.task) this.returnToHeld(this.page.notice.textContent, path);
      else if (next) this.go(next, path);
      else location.assign(path);
    } catch {
      location.assign(path); // the answer is saved: whatever is wrong with this page is over with the next one
    }
  }

  private go(view: View, path: string): void {
    const { current, held } = this;
    const loaded = this.takeAhead(view);
    const next = loaded ?? TaskFrame.below(current.element, view);
    this.held = undefined;
    this.clock.begin(view.secondsLeft ?? 0);
    this.show(next, path);
    if (!loaded) this.start(next);
    else if (next.isReady) this.afterPaint(() => void this.prepare(next));
    this.clear([current, held]);
  }

  /** Return the frame that was loaded ahead for a task, now with what is known of it; another one is dropped. */
  private takeAhead(view: View): TaskFrame | undefined {
    const { ahead } = this;
    this.ahead = undefined;
    if (!ahead) return undefined;
    if (ahead.view.task === view.task && !ahead.isSpoiled) return ahead.lent(view);
    ahead.remove();
    return undefined;
  }

  private show(frame: TaskFrame, path: string | undefined): void {
    const before = this.current;
    this.current = frame;
    before.lower();
    frame.raise();
    this.page.describe(frame.view);
    this.look();
    if (path) history.pushState(null, "", path);
  }

  /** Take frames away that were worked on. */
  private clear(frames: (TaskFrame | undefined)[]): void {
    this.afterPaint(() => { for (const frame of frames) frame?.remove(); });
  }

  /** Show the last answer before the task that is shown. */
  async back(): Promise<void> {
    await this.open(async () => {
      const view = await this.server.before(this.current.view);
      if (view) this.revise(view, `/tasks/${view.task}`);
      else this.page.say("No earlier answer can be changed any more.", true);
    });
  }

  /** Open what was there before. An answer that is on its way is saved first, and stays here when that fails. */
  private async open(find: () => Promise<void>): Promise<void> {
    const { current } = this;
    const mustGo = [SAVING, DECLINING].includes(this.turn.doing);
    await this.turn.take(OPENING, async () => {
      if (mustGo && this.current === current) this.stay();
      else if (this.current.element.isConnected) await this.find(find);
    });
  }

  private async find(find: () => Promise<void>): Promise<void> {
    this.page.say(OPENING);
    try {
      await find();
    } catch (error) {
      this.page.say(error instanceof Refused ? error.message : UNREACHED, true);
      this.stay();
    }
  }

  /** The address is that of the task that is shown. */
  private stay(): void {
    if (this.current.element.isConnected) history.replaceState(null, "", `/tasks/${this.current.view.task}`);
  }

  /** Show an answer that was given, over the task that is held. */
  private revise(view: View, path: string | undefined): void {
    const { current } = this;
    const frame = TaskFrame.below(current.element, view);
    if (current.view.given === null) this.held = current;
    this.page.dropWords(OPENING);
    this.show(frame, path);
    this.start(frame);
    if (current !== this.held) this.clear([current]);
  }

  /** The worker returns to the task that is held; `false` without one. What is under way leads there by itself. */
  resume(): boolean {
    if (!this.turn.doing) return this.returnToHeld();
    this.page.say(`${this.turn.doing} Wait for that, then return.`, true);
    return true;
  }

  /** Show the task again that is held, as it was left; without one, `false`. */
  private returnToHeld(text = "", path = this.held ? `/tasks/${this.held.view.task}` : undefined): boolean {
    const { held, current } = this;
    if (!held) return false;
    this.held = undefined;
    this.show(held, path);
    this.page.say(text, text !== "" && !text.startsWith("Saved."));
    this.clear([current]);
    return true;
  }

  /** The browser's own Back and Forward. */
  async visit(path: string): Promise<void> {
    const task = path.split("/")[2] ?? "";
    await this.open(async () => {
      if (task === this.current.view.task) this.page.say("");
      else if (task === this.held?.view.task) this.returnToHeld("", otherThanHere(path));
      else await this.lookUp(task, path);
    });
  }

  private async lookUp(task: string, path: string): Promise<void> {
    const view = await this.server.view(task);
    if (view.given) this.revise(view, otherThanHere(path));
    else location.assign(path);
  }

  /** The page goes away: what was only reserved goes to others. */
  leave(): void {
    const unused = this.ahead?.view ?? this.reserved;
    if (unused) this.server.giveBack(unused);
  }

  private end(text: string): void {
    this.leave();
    this.ahead = this.held = undefined;
    this.reserved = null;
    this.page.end(text);
  }
}

/** The browser is at the path already that it went to, unless an answer was saved meanwhile. */
const otherThanHere = (path: string): string | undefined => (location.pathname === path ? undefined : path);
