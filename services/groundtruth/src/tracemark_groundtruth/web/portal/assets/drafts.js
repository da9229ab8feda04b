// Keeps unfinished marks for the task's frame, which has no storage of its own, until its answer is saved or the browser's
// tab is closed.
"use strict";

(() => {
  const frame = document.getElementById("task");
  const LONGEST = 512 * 1024;
  const PREFIX = "draft ";

  /** Tasks whose drafts nobody needs any more: a last word of their frame is not kept, either. */
  const ended = new Set();

  // A task is one worker's and one object's; a preview has no tasks and says itself what it shows.
  const task = () => frame.dataset.draft ?? frame.dataset.source;
  const keyOf = (name) => `${PREFIX}${task()} ${name}`;
  const keys = (prefix) => Object.keys(sessionStorage).filter((each) => each.startsWith(prefix));

  const drop = (prefix) => {
    for (const key of keys(prefix)) sessionStorage.removeItem(key);
  };

  const say = (text) => {
    document.getElementById("notice").textContent = text;
  };

  const store = (key, text) => {
    try {
      sessionStorage.setItem(key, text);
    } catch {
      // Full: the drafts of other tasks give way.
      drop(PREFIX);
      sessionStorage.setItem(key, text);
    }
  };

  const isText = (value, longest) => typeof value === "string" && value.length <= longest;

  const keep = (name, text) => {
    if (ended.has(task())) return;
    if (text === "") return sessionStorage.removeItem(keyOf(name));
    if (isText(text, LONGEST)) return store(keyOf(name), text);
    // An older draft would come back as if it were the last one.
    sessionStorage.removeItem(keyOf(name));
    say("These marks are too many to be kept over a reload.");
  };

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== "null") return;
    const { kind, nonce, name, text } = event.data ?? {};
    if (nonce !== frame.dataset.nonce || !isText(name, 200)) return;
    if (kind === "tracemark-draft") keep(name, text);
    if (kind === "tracemark-draft-wanted") {
      const answer = { kind: "tracemark-draft", nonce, name, text: sessionStorage.getItem(keyOf(name)) };
      frame.contentWindow.postMessage(answer, "*");
    }
  });

  const end = () => {
    ended.add(task());
    drop(keyOf(""));
  };

  // The answer is saved, or the task is given back by one of the page's own forms.
  window.addEventListener("tracemark-saved", end);
  document.addEventListener("submit", end);
})();
