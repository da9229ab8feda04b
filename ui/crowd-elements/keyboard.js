// The keys of a task: 1 to 9 choose a category, Enter submits, i opens the instructions.

const WRITES = 'textarea, select, [contenteditable], input:not([type="radio"], [type="checkbox"], [type="range"])';
const ACTS = "button, a[href], summary";

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
  if (!reading && /^[1-9]$/.test(event.key) && classifierAt(path)?.pick(Number(event.key) - 1)) event.preventDefault();
};
