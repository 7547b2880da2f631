import type { Sentence, SplitName } from '../../src/ner/sentence';
import type { CorpusRecord, RunRecord } from '../../src/storage/records';
import type { PackedSplit } from '../../src/tokenizer/pack/packed-split';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';

/** Bytes that differ from place to place and from seed to seed (a linear congruential generator with the constants of Numerical Recipes). */
export function seededBytes(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed >>> 0;
  for (let index = 0; index < words.length; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, length).slice();
}

/** Equal bytes; a plain loop, because `toEqual` takes seconds for megabytes. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index++) {
    if (left[index] !== right[index]) return false;
  }
  return true;
}

/** Sentences that tell their number and their series. */
export function someSentences(count: number, series = 0): Sentence[] {
  return Array.from({ length: count }, (_, index) => ({
    words: ['Sentence', `${index}`, 'of', `series-${series}`, '😀'],
    spans: index % 2 === 0 ? [{ start: 1, end: 2, label: 'PER' }] : [],
    line: 1 + index * 6,
    startsDocument: index === 0,
  }));
}

/** The record of a corpus with so many sentences a split, and without files. */
export function someCorpus(
  id: string,
  sentences: Partial<Record<SplitName, number>>,
  name = 'a corpus',
): CorpusRecord & { files: never[] } {
  const statistics = Object.entries(sentences).map(([split, count]) => [
    split,
    { documents: 1, sentences: count, words: 5 * count, entities: 0, entitiesByLabel: {} },
  ]);
  return {
    id,
    name,
    createdAt: 1,
    files: [],
    labels: ['PER'],
    statistics: Object.fromEntries(statistics) as CorpusRecord['statistics'],
    splitExplanation: 'by file name',
    errorsDropped: false,
    hash: `hash of ${name}`,
  };
}

/** A tokenized split of which only the lengths of its sentences in pieces are known. */
export function someSplit(piecesBySentence: readonly number[]): PackedSplit {
  const none = new Int32Array();
  const pieceOffsets = Int32Array.from([0, ...piecesBySentence]);
  for (let i = 1; i < pieceOffsets.length; i++) pieceOffsets[i]! += pieceOffsets[i - 1]!;
  return {
    sentences: piecesBySentence.length,
    pieceIds: none,
    pieceOffsets,
    firstPieces: none,
    wordOffsets: none,
    spanStarts: none,
    spanEnds: none,
    spanLabels: none,
    spanOffsets: none,
  };
}

export function someRun(id: string, name = 'a run'): RunRecord {
  return {
    id,
    name,
    createdAt: 1,
    corpusId: 'corpus',
    encoderId: 'encoder',
    recipe: DEFAULT_RECIPE,
    labels: ['PER'],
    backend: 'wasm',
    state: 'running',
    steps: 0,
    losses: new Float32Array(),
    epochs: [],
    bestEpoch: -1,
    elapsedMs: 0,
    piecesPerSecond: 0,
    peakMemoryBytes: 0,
  };
}
