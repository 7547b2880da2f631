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

/** A sentence of dev that the model did not read as gold has it. */
export interface ErrorPlace {
  /** Index in dev, and of its first word among the words of dev. */
  sentence: number;
  firstWord: number;
  errors: EntityError[];
}

export interface DevErrors {
  places: ErrorPlace[];
  /** Gold entities of dev by type. */
  goldCounts: ReadonlyMap<string, number>;
}

export interface ErrorSentence extends ErrorPlace {
  text: Sentence;
  predicted: EntitySpan[];
}

/** The corpus is no longer the one that the predictions are of. */
export class CorpusChangedError extends Error {
  override readonly name = 'CorpusChangedError';
}

/**
 * Holds dev against what a run's best epoch saw in it, chunk by chunk.
 *
 * @returns undefined once it is no longer wanted.
 * @throws CorpusChangedError where the corpus is not the one the run saw: no error found then would be one.
 */
export async function readDevErrors(
  database: Database,
  run: RunWithPredictions,
  isWanted: () => boolean,
): Promise<DevErrors | undefined> {
  await requireSameCorpus(database, run);
  const { tagIds } = run.bestPredictions;
  const predictedSpans = spanReader(run);
  const places: ErrorPlace[] = [];
  const goldCounts = new Map<string, number>();
  let sentence = 0;
  let firstWord = 0;
  for await (const chunk of readStoredSentences(database, run.corpusId, 'dev')) {
    if (!isWanted()) return undefined;
    for (const { words, spans } of chunk) {
      for (const { label } of spans) goldCounts.set(label, (goldCounts.get(label) ?? 0) + 1);
      const errors = findErrors(spans, predictedSpans(firstWord, words.length));
      if (errors.length > 0) places.push({ sentence, firstWord, errors });
      sentence++;
      firstWord += words.length;
    }
  }
  if (firstWord !== tagIds.length) {
    throw new CorpusChangedError(
      `Dev has ${firstWord} words, but "${run.name}" has predictions for ${tagIds.length}; train a new run.`,
    );
  }
  return { places, goldCounts };
}

/** The sentences of some places, in their order, which is dev's. @throws CorpusChangedError as `readDevErrors` does. */
export async function readErrorSentences(
  database: Database,
  run: RunWithPredictions,
  places: readonly ErrorPlace[],
): Promise<ErrorSentence[]> {
  await requireSameCorpus(database, run);
  const predictedSpans = spanReader(run);
  const sentences: ErrorSentence[] = [];
  for (const group of groupByChunk(places)) {
    const first = group[0]!.sentence;
    const end = group.at(-1)!.sentence + 1;
    const texts = await readSentenceRange(database, run.corpusId, 'dev', first, end);
    for (const place of group) {
      const text = texts[place.sentence - first]!;
      const predicted = predictedSpans(place.firstWord, text.words.length);
      sentences.push({ ...place, text, predicted });
    }
  }
  return sentences;
}

/** Storage reads whole chunks: places of one chunk are read together. */
function groupByChunk(places: readonly ErrorPlace[]): ErrorPlace[][] {
  const groups = new Map<number, ErrorPlace[]>();
  for (const place of places) {
    const chunk = Math.floor(place.sentence / CHUNK_SENTENCES);
    const group = groups.get(chunk);
    if (group) group.push(place);
    else groups.set(chunk, [place]);
  }
  return [...groups.values()];
}

/** A word without a prediction is O, as in every score. */
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
      ? `"${corpus.name}" was changed since "${run.name}" trained on it, so what the run predicted no longer fits the sentences. Undo the change, or train a new run.`
      : `The corpus of "${run.name}" was deleted, and the sentences of dev with it.`,
  );
}
