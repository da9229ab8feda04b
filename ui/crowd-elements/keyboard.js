// The keys of a task: a number chooses a category, Enter submits, i opens the instructions.

const WRITES = 'textarea, select, [contenteditable], input:not([type="radio"], [type="checkbox"], [type="range"])';
const ACTS = "button, a[href], summary";

// Digits that are typed within this time are one number: 1 then 2 choose the first category, then the twelfth instead.
const NUMBER_MILLISECONDS = 1000;
let typed = { digits: "", at: -Infinity };

/** Choose the category whose number is typed; return whether there is one. */
const pickByDigit = (classifier, digit, now) => {
  const before = now - typed.at < NUMBER_MILLISECONDS ? typed.digits : "";
  const longer = before && Number(before + digit) <= classifier.count;
  typed = { digits: longer ? before + digit : digit, at: now };
  // What the first digits chose was not meant: a radio button gives way by itself, a box does not.
  if (longer && classifier.constructor.kind === "checkbox") classifier.pick(Number(before) - 1);
  return classifier.pick(Number(typed.digits) - 1);
};

const classifierAt = (path) => {
  const all = [...document.querySelectorAll("crowd-classifier, crowd-classifier-multi-select")];
  return all.find((classifier) => path.includes(classifier)) ?? all[0];
};

const submits = (target, event) => {
  if (event.key !== "Enter") return false;
  if (event.ctrlKey || event.metaKey) return true;
  return !target.matches(`textarea, select, [contenteditable], ${ACTS}`);
};

const onKey = (event) => {
  const path = event.composedPath();
  const target = path[0];
  if (event.defaultPrevented || event.altKey || !(target instanceof Element)) return;
  const reading = path.some((element) => element instanceof HTMLDialogElement && element.open);
  if (!reading && submits(target, event)) {
    event.preventDefault();
    document.querySelector("crowd-form")?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || target.matches(WRITES)) return;
  if (event.key === "i") [...document.querySelectorAll("*")].find((element) => element.openInstructions)?.openInstructions();
  const classifier = classifierAt(path);
  if (!reading && classifier && /^[0-9]$/.test(event.key) && pickByDigit(classifier, event.key, event.timeStamp)) event.preventDefault();
};
