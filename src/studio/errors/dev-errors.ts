import { findErrors, type EntityError } from '../../ner/error-categories';
import type { EntitySpan } from '../../ner/entity-span';
import type { Sentence } from '../../ner/sentence';
import { TagSet } from '../../ner/tag-set';
import {
  CHUNK_SENTENCES,
  findCorpus,
  readSentenceRange,
  readStoredSentences,
} from '../../storage/corpora/corpora';
import type { RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';

/** A run whose best epoch's predictions are kept. */
export type RunWithPredictions = RunRecord & Required<Pick<RunRecord, 'bestPredictions'>>;

/** Errors of the model in one sentence of dev. */
export interface SentenceErrors {
  /** Index of the sentence in dev. */
  sentence: number;
  /** Index of its first word among the words of dev. */
  firstWord: number;
  errors: EntityError[];
}

export interface DevErrors {
  sentences: SentenceErrors[];
  /** Gold entities of dev by type. */
  goldCounts: ReadonlyMap<string, number>;
}

/** A sentence with errors, its words and gold spans, and the spans that were predicted. */
export interface ErrorSentence extends SentenceErrors {
  text: Sentence;
  predicted: EntitySpan[];
}

/** Thrown where the corpus is no longer the one that the run's predictions were made on. */
export class CorpusChangedError extends Error {
  override readonly name = 'CorpusChangedError';
}

/**
 * Compares the gold entities of dev with the predictions of a run's best epoch, chunk by chunk.
 *
 * @returns undefined once it is no longer wanted.
 * @throws CorpusChangedError if the corpus is not the one the run saw: the errors found would be wrong.
 */
export async function readDevErrors(
  database: Database,
  run: RunWithPredictions,
  isWanted: () => boolean,
): Promise<DevErrors | undefined> {
  await requireSameCorpus(database, run);
  const { tagIds } = run.bestPredictions;
  const predictedSpans = spanReader(run);
  const sentences: SentenceErrors[] = [];
  const goldCounts = new Map<string, number>();
  let sentence = 0;
  let firstWord = 0;
  for await (const chunk of readStoredSentences(database, run.corpusId, 'dev')) {
    if (!isWanted()) return undefined;
    for (const { words, spans } of chunk) {
      for (const { label } of spans) goldCounts.set(label, (goldCounts.get(label) ?? 0) + 1);
      const errors = findErrors(spans, predictedSpans(firstWord, words.length));
      if (errors.length > 0) sentences.push({ sentence, firstWord, errors });
      sentence++;
      firstWord += words.length;
    }
  }
  if (firstWord !== tagIds.length) {
    throw new CorpusChangedError(
      `Dev has ${firstWord} words, but "${run.name}" has predictions for ${tagIds.length}; train a new run.`,
    );
  }
  return { sentences, goldCounts };
}

/** Reads the words and the predictions of sentences with errors, in the order of dev. @throws CorpusChangedError as `readDevErrors` does. */
export async function readErrorSentences(
  database: Database,
  run: RunWithPredictions,
  wanted: readonly SentenceErrors[],
): Promise<ErrorSentence[]> {
  await requireSameCorpus(database, run);
  const predictedSpans = spanReader(run);
  const sentences: ErrorSentence[] = [];
  for (const group of groupByChunk(wanted)) {
    const first = group[0]!.sentence;
    const end = group.at(-1)!.sentence + 1;
    const texts = await readSentenceRange(database, run.corpusId, 'dev', first, end);
    for (const each of group) {
      const text = texts[each.sentence - first]!;
      const predicted = predictedSpans(each.firstWord, text.words.length);
      sentences.push({ ...each, text, predicted });
    }
  }
  return sentences;
}

/** Groups sentences by the chunk they are stored in: storage reads whole chunks. */
function groupByChunk(sentences: readonly SentenceErrors[]): SentenceErrors[][] {
  const groups = new Map<number, SentenceErrors[]>();
  for (const each of sentences) {
    const chunk = Math.floor(each.sentence / CHUNK_SENTENCES);
    const group = groups.get(chunk);
    if (group) group.push(each);
    else groups.set(chunk, [each]);
  }
  return [...groups.values()];
}

/** Makes a reader of the spans that were predicted for a range of words. A word without a prediction is O, as in every score. */
function spanReader({ labels, recipe, bestPredictions }: RunWithPredictions) {
  const tagSet = new TagSet(labels, recipe.scheme);
  return (firstWord: number, wordCount: number): EntitySpan[] =>
    tagSet.tagIdsToSpans(bestPredictions.tagIds.subarray(firstWord, firstWord + wordCount));
}

async function requireSameCorpus(database: Database, run: RunWithPredictions): Promise<void> {
  const corpus = await findCorpus(database, run.corpusId);
  if (corpus?.hash === run.bestPredictions.dataHash) return;
  throw new CorpusChangedError(
    corpus
      ? `"${corpus.name}" was changed since "${run.name}" trained on it, so its predictions no longer fit the sentences. Undo the change, or train a new run.`
      : `The corpus of "${run.name}" was deleted, and the sentences of dev with it.`,
  );
}
