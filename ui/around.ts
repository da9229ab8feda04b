// The page around a task's frame. A template may call a variable of its own `parent`, which takes the place of the
// browser's: the first of our scripts takes the browser's before the template runs, and the others find it there.

const KEY = Symbol.for("tracemark-around");

const shared = window as unknown as Record<symbol, Window | undefined>;

/** The window that holds this one; this window itself where nothing is around it. */
export const around: Window = (shared[KEY] ??= window.parent);
