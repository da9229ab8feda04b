// The keys that a worker has chosen, kept by this browser under their name.

import { readKeys, type ChosenKeys } from "../keys";

export class WorkerKeys {
  private readonly place: string;
  private now: ChosenKeys;

  constructor(worker: string, private readonly storage: Storage, private readonly changed: () => void) {
    this.place = `tracemark keys ${worker}`;
    this.now = this.read();
  }

  get chosen(): ChosenKeys {
    return this.now;
  }

  choose(keys: ChosenKeys): void {
    this.now = readKeys(keys);
    this.storage.setItem(this.place, JSON.stringify(this.now));
    this.changed();
  }

  private read(): ChosenKeys {
    try {
      return readKeys(JSON.parse(this.storage.getItem(this.place) ?? "{}"));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return {};
    }
  }
}
