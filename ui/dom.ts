// Making DOM elements and style sheets.

type Property = string | number | boolean | null | undefined | ((event: never) => void);

/** Return a new DOM element; `properties` are attributes, except functions, which listen to the event they are named after. */
export const make = <Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Record<string, Property> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] => {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") made.addEventListener(name, value as EventListener);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children);
  return made;
};

export const styleSheet = (css: string): CSSStyleSheet => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
};

/** Have an element say a text; the page is laid out anew only when it is another one. */
export const say = (element: HTMLElement, text: string): void => {
  if (element.textContent !== text) element.textContent = text;
};

/** Return a button: a word names it and `says` describes it, a mere sign is named by `says`, which a screen reader speaks. */
export const button = (sign: string, says: string, press: () => void): HTMLButtonElement => {
  const isNamed = /[a-z]{2}/i.test(sign) && !says.includes(sign);
  return make("button", { type: "button", title: says, "aria-label": isNamed ? null : says, click: press }, sign);
};
