// What went wrong, said so that a worker, or whoever runs the job, can act on it.

/** An error with its remedy; its text is shown in the view's place. */
export class Fault extends Error {
  constructor(what: string, readonly remedy: string) {
    super(`${what}; ${remedy}`);
  }
}
