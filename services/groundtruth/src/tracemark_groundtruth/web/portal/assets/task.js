// The page around a task: takes the answers from the frame, has them saved, and shows the time that is left.
"use strict";

const frame = document.getElementById("task");
const notice = document.getElementById("notice");
const clock = document.getElementById("clock");
const timing = document.getElementById("timing");

const say = (text, wrong) => {
  notice.textContent = text;
  notice.classList.toggle("wrong", wrong);
};

/** Let the worker try again, and say why in the frame, where they are looking. */
const refuse = (text) => {
  say(text, true);
  frame.contentWindow.postMessage({ kind: "tracemark-refused", nonce: frame.dataset.nonce, text }, "*");
};

const save = async (answers) => {
  const headers = { "Content-Type": "application/json", "X-CSRF-Token": frame.dataset.token };
  const response = await fetch(frame.dataset.answers, { method: "POST", headers, body: JSON.stringify(answers) });
  const outcome = await response.json();
  if (response.ok) {
    window.dispatchEvent(new Event("tracemark-saved"));
    say("Saved.", false);
    location.assign(outcome.location);
  } else if (outcome.again) refuse(outcome.error);
  else end(outcome.error);
};

const submit = async (answers) => {
  say("Saving …", false);
  try {
    await save(answers);
  } catch {
    refuse("The service did not answer. Your answer is not saved yet: try again.");
  }
};

/** Nothing more can be done with this task. */
const end = (text) => {
  const back = document.createElement("a");
  back.href = "/";
  back.className = "button";
  back.textContent = "Back to the jobs";
  const words = document.createElement("p");
  words.textContent = text;
  const box = document.createElement("div");
  box.className = "page";
  box.setAttribute("role", "alert");
  box.append(words, back);
  frame.replaceWith(box);
  say("", false);
  back.focus();
};

let askedAt = -Infinity;

/**
 * Return whether the worker has just touched the task. One who reads a window of confirm() for long has as well, but the
 * browser does not count that: the frame says so, which is believed once this page was touched at all.
 */
const isTouched = () => {
  const { isActive = true, hasBeenActive = true } = navigator.userActivation ?? {};
  return isActive || (hasBeenActive && performance.now() - askedAt < 5000);
};

// The frame's origin is opaque: only its window and the nonce tell its messages from anybody else's.
window.addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || event.origin !== "null") return;
  const message = event.data ?? {};
  if (message.nonce !== frame.dataset.nonce) return;
  // Keys work as soon as the task can be seen, however long its pictures take.
  if (message.kind === "tracemark-ready") frame.focus();
  if (message.kind === "tracemark-asked") askedAt = performance.now();
  if (message.kind !== "tracemark-answers") return;
  // A script in the task must not answer by itself: a key or the mouse was touched within the last few seconds.
  if (!isTouched()) refuse("Please look at the task, then submit it.");
  else submit(message.answers);
});

// Only now: nothing that the task says goes unheard.
frame.src = frame.dataset.source;

const endsAt = performance.now() + 1000 * Number(frame.dataset.secondsLeft);

const inWords = (seconds) => {
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes}:${two(seconds % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`;
};

const tick = () => {
  const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
  clock.textContent = inWords(left);
  clock.classList.toggle("wrong", left <= 60);
  if (left === 300 || left === 60) timing.textContent = `${left / 60} minutes left for this task`;
  if (left > 0) return;
  clearInterval(ticking);
  end("The time for this task is over. It went back to the pool.");
};

const ticking = setInterval(tick, 1000);
tick();
