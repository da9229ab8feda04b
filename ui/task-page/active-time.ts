// How long somebody worked on a task: the time between what they do, without the pauses.

/** Longer than this without a key, the mouse or the wheel is a pause, and none of it counts. */
export const PAUSE_MILLISECONDS = 120_000;

/** A clock of one task; moments are milliseconds of one and the same clock, ascending. */
export class ActiveTime {
  private total = 0;
  private last = 0;
  private attended = false;

  /** Something was done. */
  note(now: number): void {
    const passed = now - this.last;
    if (this.attended && passed <= PAUSE_MILLISECONDS) this.total += passed;
    this.last = now;
  }

  /** The task is looked at from now on, or is not any more. */
  attend(now: number, attended: boolean): void {
    if (attended === this.attended) return;
    this.note(now);
    this.attended = attended;
  }

  seconds(now: number): number {
    this.note(now);
    return this.total / 1000;
  }
}
