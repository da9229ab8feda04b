// One thing after the other: an answer that is saved and an earlier one that is opened would undo each other.

export class Turn {
  /** What is under way, in words for the worker; empty while nothing is. */
  doing = "";
  private running: Promise<unknown> = Promise.resolve();

  /** Do one thing, once what is under way has ended, however that ended. */
  async take(doing: string, act: () => Promise<void>): Promise<void> {
    while (this.doing) await this.running.catch(() => undefined); // whoever took that turn hears of it
    this.doing = doing;
    this.running = act().finally(() => { this.doing = ""; });
    await this.running;
  }
}
