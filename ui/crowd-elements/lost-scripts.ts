// Scripts of a page that were blocked or did not load: what relies on them fails, and must not answer in their place.

import { pageFaults } from "../page-faults";

export const NOT_SENT = "Nothing was submitted. Decline the task and tell whoever runs the job.";

/**
 * Say why nothing may be submitted after a script of the page failed for want of another; empty when it may. In AWS's portal
 * the answers would go: there the page has the scripts that its author gave it.
 */
export const whatFailed = (): string => {
  const { failure, lostScript } = pageFaults;
  return failure && lostScript ? `A script of this page failed (${failure}), so the answers may be incomplete. ${NOT_SENT}` : "";
};
