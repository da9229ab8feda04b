// From task to task without a page load: submit shows the next one, which was loaded ahead; Back shows the last answers.

import type { Json } from "../json";
import { LeaseClock } from "./lease-clock";
import type { Page } from "./page";
import { Refused, type Following, type Server } from "./server";
import { TaskFrame } from "./task-frame";
import type { View } from "./view";

const UNANSWERED = "The service did not answer. Your answer is not saved yet: try again.";
const RETRY_MILLISECONDS = 5_000;
const LONGEST_RETRY = 60_000;

export class Loop {
  private ahead: TaskFrame | undefined;
  /** The task that is held while an earlier answer is shown over it. */
  private held: TaskFrame | undefined;
  /** What was reserved with the last answer, until it is loaded below. */
  private reserved: View | null = null;
  private isBusy = false;
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
    if (isFirst && frame.view.given === null) this.whenIdle(() => void this.prepare(frame));
  }

  private whenIdle(run: () => void): void {
    const idle = window.requestIdleCallback as typeof window.requestIdleCallback | undefined;
    if (idle) idle(run, { timeout: 1000 });
    else setTimeout(run, 50);
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
    this.page.say("Saving …");
    await this.carryOut(frame, () => this.server.submit(frame.view, answers, seconds), () => {
      if (frame.view.given === null) this.page.count();
      this.page.say("Saved.");
    });
  }

  async decline(): Promise<void> {
    const frame = this.current;
    if (frame.view.given === null) await this.carryOut(frame, () => this.server.decline(frame.view), () => { this.page.say("Declined."); });
  }

  /** Do what ends a task, and follow to the next one; the worker's answer stays in the page until that is done. */
  private async carryOut(frame: TaskFrame, ask: () => Promise<Following>, done: () => void): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    const following = await ask().catch((error: unknown) => { this.fail(frame, error); });
    this.isBusy = false;
    if (!following) return;
    done();
    frame.forgetDrafts();
    this.follow(following);
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
    else if (next.isReady) this.whenIdle(() => void this.prepare(next));
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

  /** Only after the next task is painted: taking a page down takes time. */
  private clear(frames: (TaskFrame | undefined)[]): void {
    requestAnimationFrame(() => setTimeout(() => { for (const frame of frames) frame?.remove(); }));
  }

  /** Show the last answer before the task that is shown. */
  async back(): Promise<void> {
    try {
      const view = await this.server.before(this.current.view);
      if (view) this.revise(view, `/tasks/${view.task}`);
      else this.page.say("No earlier answer can be changed any more.", true);
    } catch (error) {
      this.page.say(error instanceof Refused ? error.message : "The service did not answer. Try again.", true);
    }
  }

  /** Show an answer that was given, over the task that is held. */
  private revise(view: View, path: string | undefined): void {
    const { current } = this;
    const frame = TaskFrame.below(current.element, view);
    if (current.view.given === null) this.held = current;
    this.page.say("");
    this.show(frame, path);
    this.start(frame);
    if (current !== this.held) this.clear([current]);
  }

  /** Show the task again that is held, as it was left; without one, `false`. */
  returnToHeld(text = "", path = this.held ? `/tasks/${this.held.view.task}` : undefined): boolean {
    const { held, current } = this;
    if (!held) return false;
    this.held = undefined;
    this.show(held, path);
    this.page.say(text, text !== "" && text !== "Saved.");
    this.clear([current]);
    return true;
  }

  /** The browser's own Back and Forward. */
  async visit(path: string): Promise<void> {
    const task = path.split("/")[2] ?? "";
    if (task === this.current.view.task) return;
    if (task === this.held?.view.task) {
      this.returnToHeld("", undefined);
      return;
    }
    try {
      const view = await this.server.view(task);
      if (view.given) this.revise(view, undefined);
      else location.reload();
    } catch (error) {
      this.page.say(error instanceof Refused ? error.message : "The service did not answer. Try again.", true);
      history.replaceState(null, "", `/tasks/${this.current.view.task}`);
    }
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
