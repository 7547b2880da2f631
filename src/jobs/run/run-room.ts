import type { BertConfig } from '../../model/bert-config';
import { TagSet } from '../../ner/tag-set';
import type { TrainRecipe } from '../../recipe/recipe';
import type { RunId } from '../../storage/records';
import { takeRoom, type RoomAttempt } from '../../storage/runs/room';
import { inMegabytes } from '../../storage/storage-full-error';
import { estimateCheckpoints, type CheckpointSizes } from '../../train/pace/estimate';
import type { TrainContext } from './run-context';

/** Error of a run for whose checkpoint there is no room; the message is for the person, who may let it train all the same. */
export class NoRoomError extends Error {
  override readonly name = 'NoRoomError';
}

/**
 * Takes room for one checkpoint of a run and its best epoch, before its first step. Without it, the run trains only where the person wanted that.
 *
 * @param wordRows rows of the word-embedding table that are kept for the corpus
 * @throws NoRoomError; an AbortError once stopped.
 */
export async function holdRoom(
  { database, control, onEvent, withoutRoom }: TrainContext,
  runId: RunId,
  config: BertConfig,
  labels: readonly string[],
  recipe: TrainRecipe,
  wordRows: number,
): Promise<void> {
  const tagCount = new TagSet(labels, recipe.scheme).tags.length;
  const sizes = estimateCheckpoints(config, tagCount, recipe, wordRows);
  const { roomBytes: bytes } = sizes;
  onEvent({ kind: 'stage', stage: `Writing room for checkpoints, ${inMegabytes(bytes)}` });
  const attempt = await takeRoom(database, runId, bytes, () => control.waitToContinue());
  if (attempt.takenBytes >= bytes) {
    onEvent({ kind: 'room', bytes });
    return;
  }
  const reason = describeShortage(attempt, sizes);
  if (!withoutRoom) throw new NoRoomError(reason);
  onEvent({ kind: 'no-room', reason });
}

/** Tells what is needed, what was tried, and what training without it would mean. */
function describeShortage(
  { neededBytes, takenBytes, claimedBytes }: RoomAttempt,
  { bestBytes }: CheckpointSizes,
): string {
  const isRefused = claimedBytes < neededBytes;
  const claim = Number.isFinite(claimedBytes)
    ? `, although the browser says that ${inMegabytes(claimedBytes)} are free`
    : '';
  const found = isRefused
    ? `the browser grants only ${inMegabytes(claimedBytes)} more`
    : `only ${inMegabytes(takenBytes)} could be written${claim}`;
  // A better epoch is written beside the one before it.
  const outlook =
    (isRefused ? claimedBytes : takenBytes) >= 2 * bestBytes
      ? `Its best epoch (${inMegabytes(bestBytes)}) can be stored, but if this tab is closed amid the run, training begins anew.`
      : `Not even its best epoch (${inMegabytes(bestBytes)}) is sure to be stored: its weights would be held in memory, and lost when this tab is closed.`;
  return `A checkpoint of this run and its best epoch need ${inMegabytes(neededBytes)} of storage, and ${found}. ${outlook}`;
}
