import type { Foreseen } from '../../storage/foresee-deletion';
import { countOf, formatBytes, joinWords } from './quantities';

/** A deletion as the page asks about it. */
export interface DeletionQuestion {
  /** Second half of the question, which names the loss: `(1.2 MB) from this browser`. */
  loss: string;
  /** Sentences about what depends on it; empty where nothing does. */
  consequence: string;
  /** Sentence that says why it cannot be deleted now; empty where it can. */
  obstacle: string;
}

/** Runs that are named; all are counted. */
const NAMED_RUNS = 5;

/** Kinds of records that runs depend on, in the words of the question. */
const KINDS = {
  corpora: { made: 'trained on it', again: 'the same files again, read in the same way' },
  encoders: { made: 'fine-tuned from it', again: 'the same encoder folder again' },
} as const;

/** Puts the question before a corpus or an encoder is deleted into words. */
export function askAboutDeletion(
  store: keyof typeof KINDS,
  { bytes, keptBytes, runs }: Pick<Foreseen, 'bytes' | 'keptBytes' | 'runs'>,
): DeletionQuestion {
  const size = `(${formatBytes(bytes)}) from this browser`;
  const loss = store === 'corpora' ? `${size}; your files on disk stay` : size;
  if (runs.length === 0) return { loss, consequence: '', obstacle: '' };
  const { made, again } = KINDS[store];
  const isOne = runs.length === 1;
  const names = runs.slice(0, NAMED_RUNS).map(({ name }) => name);
  if (runs.length > NAMED_RUNS) names.push(`${runs.length - NAMED_RUNS} more`);
  const were = `${countOf(runs.length, 'run was', 'runs were')} ${made}: ${joinWords(names)}.`;
  const they = isOne ? 'It' : 'They';
  const stays = runs.some(({ bestEpoch }) => bestEpoch >= 0)
    ? `${they} ${isOne ? 'keeps its' : 'keep their'} scores and can be exported; to go on or to be scored anew, ${isOne ? 'it needs' : 'they need'} ${again}.`
    : `To go on, ${isOne ? 'it needs' : 'they need'} ${again}.`;
  const kept =
    keptBytes > 0
      ? ` Its weights (${formatBytes(keptBytes)}) stay stored for ${isOne ? 'it' : 'them'}, and are freed once the last of these runs is deleted.`
      : '';
  return { loss, consequence: `${were} ${stays}${kept}`, obstacle: '' };
}

/** Says why something cannot be deleted while a run trains with it. */
export function describeObstacle(store: keyof typeof KINDS, run: string, isHere: boolean): string {
  const what = store === 'corpora' ? 'training on this corpus' : 'fine-tuning this encoder';
  const where = isHere ? 'in this window' : 'in another window of this browser';
  return `${run} is ${what} ${where}. Stop it there or let it end; then this can be deleted.`;
}
