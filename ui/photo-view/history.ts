// Undo and redo over states that never change themselves.

/** The states of something over time; `now` is the one in force. */
export class History<State> {
  private past: State[] = [];
  private future: State[] = [];
  /** Grows with every change, so that others can tell that there was one. */
  version = 0;

  constructor(public now: State) {}

  /** Go on to a state; what was undone cannot be done again then. */
  go(state: State): void {
    this.past.push(this.now);
    this.future = [];
    this.now = state;
    this.version++;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  undo(): boolean {
    const before = this.past.pop();
    if (before === undefined) return false;
    this.future.push(this.now);
    this.now = before;
    this.version++;
    return true;
  }

  redo(): boolean {
    const after = this.future.pop();
    if (after === undefined) return false;
    this.past.push(this.now);
    this.now = after;
    this.version++;
    return true;
  }
}
