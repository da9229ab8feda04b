// What stands around the task: title, notices, the bar over an earlier answer, and what is shown at the end.

import { make } from "../dom";
import { answerInWords, type View } from "./view";
import { EARLY } from "./words";

const find = <Kind extends HTMLElement>(id: string): Kind => document.getElementById(id) as Kind;

export class Page {
  readonly notice = find("notice");
  readonly clock = find("clock");
  readonly timing = find("timing");
  readonly back = find<HTMLButtonElement>("back");
  readonly keys = find<HTMLButtonElement>("keys");
  readonly decline = find<HTMLFormElement>("decline");
  readonly stop = find<HTMLFormElement>("stop");
  readonly resume = find<HTMLFormElement>("resume");

  /** Whether something was pressed while the last answer was under way. */
  private wasEarly = false;

  say(text: string, wrong = false): void {
    this.notice.textContent = ""; // the same words again are said again
    this.notice.textContent = text;
    this.notice.classList.toggle("wrong", wrong);
  }

  /** Say that what was pressed is lost, now and once what is under way is done. */
  sayEarly(doing: string): void {
    this.wasEarly = doing !== "";
    this.say(`${doing} ${EARLY}`.trim(), true);
  }

  sayDone(text: string): void {
    this.say(this.wasEarly ? `${text} ${EARLY}` : text);
    this.wasEarly = false;
  }

  /** Take words back that are over; what was said with them stays. */
  dropWords(words: string): void {
    const said = this.notice.textContent;
    if (said.startsWith(words)) this.say(said.slice(words.length).trim(), said !== words);
  }

  /** Show what belongs to a task; what gives a task back concerns the one that is held. */
  describe(view: View): void {
    document.title = `${view.title} · tracemark`;
    const title = find("title");
    title.textContent = view.title;
    const what = find("what");
    what.textContent = what.title = title.title = view.description;
    const isHeld = view.given === null;
    if (isHeld) for (const form of [this.decline, this.stop]) form.action = `/tasks/${view.task}/${form.id}`;
    this.decline.hidden = !isHeld;
    find("revising").hidden = isHeld;
    find("given").textContent = view.given ? answerInWords(view.given) : "";
  }

  count(): void {
    const answered = find("answered");
    answered.textContent = String(Number(answered.textContent) + 1);
  }

  /** Nothing more can be done with this task. */
  end(text: string): void {
    const back = make("a", { href: "/", class: "button" }, "Back to the jobs");
    const box = make("div", { class: "page", role: "alert" }, make("p", {}, text), back);
    document.querySelector("main")!.replaceChildren(box);
    for (const control of [this.back, this.decline]) control.hidden = true;
    this.say("");
    back.focus();
  }
}
