// Keeps unfinished marks for the frames of tasks, which have no storage of their own, until their answer is saved or the
// browser's tab is closed.
"use strict";

(() => {
  const LONGEST = 512 * 1024;
  const PREFIX = "draft ";

  /** Tasks whose drafts nobody needs any more: a last word of their frame is not kept, either. */
  const ended = new Set();

  const frameOf = (window) => [...document.querySelectorAll("iframe[data-nonce]")].find((frame) => frame.contentWindow === window);

  // A task is one worker's and one object's; a preview has no tasks and says itself what it shows.
  const taskOf = (frame) => frame.dataset.draft ?? frame.dataset.source;
  const keyOf = (task, name) => `${PREFIX}${task} ${name}`;

  const say = (text) => {
    document.getElementById("notice").textContent = text;
  };

  const drop = (prefix) => {
    for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(prefix))) sessionStorage.removeItem(key);
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

  const keep = (task, name, text) => {
    if (ended.has(task)) return;
    if (text === "") return sessionStorage.removeItem(keyOf(task, name));
    if (isText(text, LONGEST)) return store(keyOf(task, name), text);
    // An older draft would come back as if it were the last one.
    sessionStorage.removeItem(keyOf(task, name));
    say("These marks are too many to be kept over a reload.");
  };

  window.addEventListener("message", (event) => {
    const frame = event.origin === "null" ? frameOf(event.source) : undefined;
    const { kind, nonce, name, text } = event.data ?? {};
    if (!frame || nonce !== frame.dataset.nonce || !isText(name, 200)) return;
    if (kind === "tracemark-draft") keep(taskOf(frame), name, text);
    if (kind === "tracemark-draft-wanted") {
      const answer = { kind: "tracemark-draft", nonce, name, text: sessionStorage.getItem(keyOf(taskOf(frame), name)) };
      frame.contentWindow.postMessage(answer, "*");
    }
  });

  const end = (task) => {
    ended.add(task);
    drop(keyOf(task, ""));
  };

  // The answer is saved, or the task is given back by one of the page's own forms.
  window.addEventListener("tracemark-saved", ({ detail }) => end(detail));
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) end(taskOf(document.getElementById("task")));
  });
})();
