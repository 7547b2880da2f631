import { nextTurn } from '../async/next-turn';
import type { PieceScorer } from './session';

/** Padded pieces of one run. More would make a run longer and not faster, and the worker hears no message while it runs. */
const PIECES_PER_RUN = 512;

export interface ScoringOptions {
  /** Signal that stops the work after the current run; the call then rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Callback after each run, with the count of sequences done so far. */
  onProgress?: (done: number) => void;
}

/** Takes the scores of one sequence, f32[pieces, tags]; they may be a view, good until the call returns. */
export type TakeScores = (sequence: number, scores: Float32Array) => void;

/**
 * Runs sequences of `[CLS] pieces [SEP]` through the model, those of about the same length together, and hands out their scores.
 *
 * @throws the signal's reason when it aborts; an error where the model's output is no number, as damaged weights make it.
 */
export async function scoreSequences(
  session: PieceScorer,
  sequences: readonly Int32Array[],
  take: TakeScores,
  { signal, onProgress }: ScoringOptions = {},
): Promise<void> {
  const order = sequences
    .map((_, index) => index)
    .sort((a, b) => sequences[b]!.length - sequences[a]!.length);
  for (let done = 0; done < order.length;) {
    signal?.throwIfAborted();
    const longest = sequences[order[done]!]!.length;
    const count = Math.max(1, Math.floor(PIECES_PER_RUN / longest));
    const run = order.slice(done, done + count);
    const { logits, pieces, tags } = await session.logits(run.map((index) => sequences[index]!));
    run.forEach((index, row) => {
      const first = row * pieces * tags;
      const scores = logits.subarray(first, first + sequences[index]!.length * tags);
      assertNumbers(scores);
      take(index, scores);
    });
    done += run.length;
    onProgress?.(done);
    await nextTurn();
  }
}

function assertNumbers(scores: Float32Array): void {
  if (scores.every(Number.isFinite)) return;
  throw new Error(
    'The model answers with scores that are not numbers, so its weights are damaged; export or download it again.',
  );
}
