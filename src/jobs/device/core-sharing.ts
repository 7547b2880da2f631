import { withLock } from '../../browser/locks';

/** Held while text is tagged; the training loop stands still meanwhile, so the two never fight for the cores. */
const TAGGING_LOCK = 'tagwerk: text is being tagged';

/** Runs a piece of inference; training waits before its next micro-batch. Pieces do not wait for each other. */
export function whileTagging<Result>(tag: () => Promise<Result>): Promise<Result> {
  return withLock(TAGGING_LOCK, { mode: 'shared' }, tag);
}

/** Resolves once nobody tags text, at once where nobody does. */
export async function whenNobodyTags(): Promise<void> {
  await withLock(TAGGING_LOCK, {}, () => undefined);
}
