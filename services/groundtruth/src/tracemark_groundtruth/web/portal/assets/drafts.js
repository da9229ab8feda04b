// Keeps unfinished marks for the frames of tasks, which have no storage of their own, as long as the browser's tab is open.
"use strict";

(() => {
  const LONGEST = 512 * 1024;
  const PREFIX = "draft ";

  const frameOf = (window) => [...document.querySelectorAll("iframe[data-nonce]")].find((frame) => frame.contentWindow === window);

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
    const frame = event.origin === "null" ? frameOf(event.source) : undefined;
    const { kind, nonce, name, text } = event.data ?? {};
    if (!frame || nonce !== frame.dataset.nonce || !isText(name, 200)) return;
    const key = `${PREFIX}${frame.dataset.source} ${name}`;
    if (kind === "tracemark-draft") {
      if (isText(text, LONGEST)) store(key, text);
      else document.getElementById("notice").textContent = "These marks are too many to be kept over a reload.";
    }
    if (kind === "tracemark-draft-wanted") {
      const answer = { kind: "tracemark-draft", nonce, name, text: sessionStorage.getItem(key) };
      frame.contentWindow.postMessage(answer, "*");
    }
  });
})();
