// Keeps unfinished marks for the task's frame, which has no storage of its own, as long as the browser's tab is open.
"use strict";

(() => {
  const frame = document.getElementById("task");
  const LONGEST = 512 * 1024;
  const PREFIX = "draft ";

  const keyOf = (name) => `${PREFIX}${frame.dataset.source} ${name}`;

  const store = (key, text) => {
    try {
      sessionStorage.setItem(key, text);
    } catch {
      // Full: the drafts of other tasks give way.
      for (const other of Object.keys(sessionStorage).filter((each) => each.startsWith(PREFIX))) sessionStorage.removeItem(other);
      sessionStorage.setItem(key, text);
    }
  };

  const isText = (value, longest) => typeof value === "string" && value.length <= longest;

  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== "null") return;
    const { kind, nonce, name, text } = event.data ?? {};
    if (nonce !== frame.dataset.nonce || !isText(name, 200)) return;
    if (kind === "tracemark-draft") {
      if (isText(text, LONGEST)) store(keyOf(name), text);
      else document.getElementById("notice").textContent = "These marks are too many to be kept over a reload.";
    }
    if (kind === "tracemark-draft-wanted") {
      const answer = { kind: "tracemark-draft", nonce, name, text: sessionStorage.getItem(keyOf(name)) };
      frame.contentWindow.postMessage(answer, "*");
    }
  });
})();
