// What the page says of what is under way and of what went wrong.

export const UNANSWERED = "The service did not answer. Your answer is not saved yet: try again.";
export const UNREACHED = "The service did not answer. Try again.";
export const SAVING = "Saving …";
export const DECLINING = "Declining …";
export const OPENING = "Opening your earlier answer …";
export const EARLY = "What you pressed before the item was shown was not taken.";
