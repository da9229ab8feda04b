// The commands that a worker gives by keys, and which keys they have chosen for them.

export interface Command {
  readonly name: string;
  readonly does: string;
  /** The key that the elements know; a worker may press another instead. */
  readonly key: string;
}

/** Keys by command, where they are not the ones that a command begins with. */
export type ChosenKeys = Readonly<Record<string, string>>;

const choices = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((number) => ({ name: `choose${number}`, does: `choose category or class ${number}`, key: String(number) }));

export const COMMANDS: readonly Command[] = [
  { name: "submit", does: "submit", key: "Enter" },
  { name: "back", does: "back to the last answer", key: "u" },
  { name: "decline", does: "decline this item", key: "Shift+D" },
  { name: "instructions", does: "instructions", key: "i" },
  { name: "keys", does: "these keys", key: "?" },
  ...choices,
  { name: "zoom-in", does: "zoom in", key: "+" },
  { name: "zoom-out", does: "zoom out", key: "-" },
  { name: "fit", does: "show everything", key: "0" },
  { name: "mark", does: "mark the selection of a signal", key: "m" },
  { name: "next-mark", does: "next mark", key: "n" },
  { name: "previous-mark", does: "previous mark", key: "p" },
];

/** Where a key writes a character instead of giving a command. */
export const WRITES = 'textarea, select, [contenteditable], input:not([type="radio"], [type="checkbox"], [type="range"])';

/** Keys that move, leave or delete, in every browser or in the views of signals and photographs. */
const FIXED = new Set([
  ...["Tab", "Escape", "Space", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", "Delete", "Backspace"],
  ...["a", "b", "f", "h", "v", "y", "z", "=", "[", "]"],
]);
const SILENT = new Set(["Shift", "Control", "Alt", "Meta", "CapsLock", "Dead", "Unidentified", "AltGraph", "Process"]);

const LONGEST_KEY = 20;

type Pressed = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

/** Return how a key that was pressed is called, as in `u`, `Shift+D` or `Enter`; nothing for half a key or the browser's. */
export const keyOf = (pressed: Pressed): string | undefined => {
  if (isCommand(pressed) || SILENT.has(pressed.key)) return undefined;
  const name = pressed.key === " " ? "Space" : pressed.key;
  if (name.length > 1) return pressed.shiftKey ? `Shift+${name}` : name;
  // Which signs need Shift is the keyboard's affair.
  return isLetter(name) ? letterOf(name, pressed.shiftKey) : name;
};

const isCommand = ({ ctrlKey, metaKey, altKey }: Pressed): boolean => ctrlKey || metaKey || altKey;

const letterOf = (letter: string, shifted: boolean): string => (shifted ? `Shift+${letter.toUpperCase()}` : letter.toLowerCase());

const isLetter = (sign: string): boolean => sign.toLowerCase() !== sign.toUpperCase();

export const keyFor = (chosen: ChosenKeys, command: Command): string => chosen[command.name] ?? command.key;

/** Return the label of a key that the elements know: the one to press instead. Several digits are pressed one by one. */
export const labelOf = (chosen: ChosenKeys, standard: string): string => {
  const command = COMMANDS.find(({ key }) => key === standard);
  if (command) return keyFor(chosen, command);
  if (!/^[0-9]{2,}$/.test(standard)) return standard;
  const digits = [...standard].map((digit) => labelOf(chosen, digit));
  return digits.join(digits.every((digit) => digit.length === 1) ? "" : " ");
};

/** Why a key cannot be chosen for a command, in words for the worker; empty when it can. */
export const refusalOf = (chosen: ChosenKeys, command: Command, key: string): string => {
  if (FIXED.has(key) || /^F[0-9]+$/.test(key)) return `${key} has a use of its own in browsers, signals or photographs: choose another key.`;
  const other = COMMANDS.find((each) => each !== command && keyFor(chosen, each) === key);
  return other ? `${key} is the key for “${other.does}” already: give that another one first.` : "";
};

/** Return the command that a key gives; `unused` when it is the first key of one that has another now. */
export const commandOf = (chosen: ChosenKeys, key: string): Command | "unused" | undefined => {
  const meant = COMMANDS.find((each) => keyFor(chosen, each) === key);
  return meant ?? (COMMANDS.some((each) => each.key === key) ? "unused" : undefined);
};

/** Read keys that were kept; what is no command, no key or a conflict is left out. */
export const readKeys = (value: unknown): ChosenKeys => {
  const given = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const isChosen = (command: Command): boolean => {
    const key = given[command.name];
    return typeof key === "string" && key !== command.key && key !== "" && key.length <= LONGEST_KEY;
  };
  const changed = COMMANDS.filter(isChosen);
  const chosen = Object.fromEntries(changed.map(({ name }) => [name, String(given[name])]));
  for (const command of changed) if (refusalOf(chosen, command, chosen[command.name]!)) Reflect.deleteProperty(chosen, command.name);
  return chosen;
};
