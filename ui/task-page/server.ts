// What the page asks of the service.

import type { Json } from "../json";
import type { View } from "./view";

export interface Following {
  /** The path of what comes next. */
  readonly location: string;
  /** The task there; null when it is none. */
  readonly next: View | null;
  /** What is reserved behind it already; null when nothing is free. */
  readonly ahead?: View | null;
}

/** The service refused; `again` says whether the same can be tried again. */
export class Refused extends Error {
  constructor(text: string, readonly again: boolean) {
    super(text);
  }
}

export class Server {
  constructor(private readonly token: string) {}

  /** Have an answer saved, or another one in the place of the one that was given. */
  submit(view: View, answers: Json, seconds: number): Promise<Following> {
    const spent = { "X-Seconds-Spent": seconds.toFixed(1) };
    return this.ask<Following>(view.given ? "PUT" : "POST", `/tasks/${view.task}/answers`, JSON.stringify(answers), spent);
  }

  decline(view: View): Promise<Following> {
    return this.ask<Following>("POST", `/tasks/${view.task}/decline`);
  }

  /** Return the task that will be lent next, null while there is none. */
  async reserve(view: View): Promise<View | null> {
    return (await this.ask<{ task: View | null }>("POST", `/tasks/${view.task}/next`)).task;
  }

  async before(view: View): Promise<View | null> {
    return (await this.ask<{ task: View | null }>("GET", `/tasks/${view.task}/before`)).task;
  }

  async view(task: string): Promise<View> {
    return (await this.ask<{ task: View }>("GET", `/tasks/${task}/view`)).task;
  }

  /** Give a reservation back while the page goes away. */
  giveBack(view: View): void {
    const request = { method: "POST", headers: this.headers, keepalive: true };
    fetch(`/tasks/${view.task}/give-back`, request).catch(() => undefined); // it ends by itself with the lease
  }

  private get headers(): Record<string, string> {
    return { "Content-Type": "application/json", "X-CSRF-Token": this.token };
  }

  private async ask<Answer>(method: string, path: string, body: string | null = null, more: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(path, { method, headers: { ...this.headers, ...more }, body });
    const answer = (await response.json()) as Answer & { error?: string; again?: boolean };
    if (!response.ok) throw new Refused(answer.error ?? "", answer.again ?? false);
    return answer;
  }
}
