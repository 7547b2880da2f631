import { withLock } from '../../browser/locks';

/** Name of the lock that is held while text is tagged; training waits meanwhile, so that the two do not compete for the cores. */
const TAGGING_LOCK = 'tagwerk: text is being tagged';

/** Runs inference; training waits before its next micro-batch. Inferences do not wait for each other. */
export function whileTagging<Result>(tag: () => Promise<Result>): Promise<Result> {
  return withLock(TAGGING_LOCK, { mode: 'shared' }, tag);
}

/** Waits until no text is being tagged; resolves at once where none is. */
export async function whenNobodyTags(): Promise<void> {
  await withLock(TAGGING_LOCK, {}, () => undefined);
}
