import { tick } from 'svelte';

/** Time in which nothing changes on a page at rest: longer than anything that it waits for before it shows the outcome of a press. */
const QUIET_MS = 150;

/** Waits until the page has come to rest: its transitions are done, and nothing in it has changed for a while. */
export async function settled(): Promise<void> {
  let changedAt = performance.now();
  const observer = new MutationObserver(() => (changedAt = performance.now()));
  const everything = { subtree: true, childList: true, attributes: true, characterData: true };
  observer.observe(document, everything);
  do {
    await tick();
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(endsByItself)
        .map(({ finished }) => finished),
    );
    const begun = performance.now();
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 3));
    // A timer that comes late tells of a busy thread, whose page may still change.
    if (performance.now() - begun > QUIET_MS / 2) changedAt = performance.now();
  } while (performance.now() - changedAt < QUIET_MS);
  observer.disconnect();
}

const endsByItself = ({ effect }: Animation) => effect?.getComputedTiming().endTime !== Infinity;
