// The page around a previewed template: loads it anew when its file changes, and shows what it would submit.
"use strict";

const frame = document.getElementById("task");
const notice = document.getElementById("notice");
const answers = document.getElementById("answers");

window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== "null") return;
  const message = event.data ?? {};
  if (message.nonce !== frame.dataset.nonce) return;
  if (message.kind === "tracemark-ready") frame.focus();
  if (message.kind !== "tracemark-answers") return;
  answers.hidden = false;
  answers.textContent = JSON.stringify(message.answers, null, 2);
  const text = "This is a preview: the answers stand below.";
  frame.contentWindow.postMessage({ kind: "tracemark-refused", nonce: frame.dataset.nonce, text }, "*");
});

// Only now: nothing that the template says goes unheard.
frame.src = frame.dataset.source;

let shown;

const follow = async () => {
  try {
    const version = await (await fetch("/version")).text();
    if (shown && version !== shown) {
      frame.src = frame.dataset.source;
      notice.textContent = `Loaded anew at ${new Date().toLocaleTimeString()}.`;
    }
    shown = version;
  } catch {
    notice.textContent = "The preview has ended.";
  }
};

setInterval(follow, 500);
follow();
