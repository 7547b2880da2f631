import { listSome } from '../../messages/shorten';
import { randomAt } from '../../random/random-at';
import type { SplitName } from '../../ner/sentence';

/** Splits by the words in file names; CoNLL-2003 names its development set `testa` and its test set `testb`. */
const SPLIT_OF_WORD: Record<string, SplitName> = {
  train: 'train',
  training: 'train',
  dev: 'dev',
  devel: 'dev',
  development: 'dev',
  valid: 'dev',
  validation: 'dev',
  val: 'dev',
  testa: 'dev',
  test: 'test',
  testb: 'test',
};

/**
 * Returns the split that a file's path states (`eng.testa`, `wnut17train.conll`, `train/data.conll`): its name counts first, then the folders from
 * the nearest up. A part that states two splits states none.
 */
export function splitFromName(path: string): SplitName | undefined {
  const parts = path.split('/').reverse();
  for (const part of parts) {
    const split = splitOfWords(part);
    if (split) return split;
  }
  return undefined;
}

function splitOfWords(name: string): SplitName | undefined {
  const words = name.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  const stated = new Set(
    words.flatMap((word) => {
      const key = word.toLowerCase();
      return Object.hasOwn(SPLIT_OF_WORD, key) ? [SPLIT_OF_WORD[key]!] : [];
    }),
  );
  return stated.size === 1 ? [...stated][0] : undefined;
}

/** Returns the split that each path states. A folder that holds all of the files tells nothing apart, so its name does not count. */
export function splitsFromPaths(paths: readonly string[]): (SplitName | undefined)[] {
  const shared = sharedFolder(paths).length;
  return paths.map((path) => splitFromName(path.slice(shared)));
}

/** Returns the folders that all paths have in common, with the slash at the end; empty where there are none. */
export function sharedFolder(paths: readonly string[]): string {
  const first = paths[0] ?? '';
  let shared = first.lastIndexOf('/') + 1;
  while (shared > 0 && !paths.every((path) => path.startsWith(first.slice(0, shared)))) {
    shared = first.lastIndexOf('/', shared - 2) + 1;
  }
  return first.slice(0, shared);
}

/** Which share of the words a split receives; the shares of one plan add up to 1. */
export type SplitShares = Record<SplitName, number>;

export interface SplitPlan {
  /** The split of each file, in order; of a file that `shares` divide, the split it is counted to: train. */
  files: SplitName[];
  /** Shares by which train's sentences are divided at random, by seed; undefined where the files are the splits. */
  shares?: SplitShares;
  /** Explanation for the person: what was decided, and why. */
  explanation: string;
}

const SEEDED_SHARES: SplitShares = { train: 0.8, dev: 0.1, test: 0.1 };
const DEV_SHARES: SplitShares = { train: 0.9, dev: 0.1, test: 0 };

/**
 * Plans the splits of a corpus' files: what the person chose, else what the paths state; files without either are train. If there is
 * only train, a tenth each becomes dev and test. If there is test but no dev, a tenth of train becomes dev.
 */
export function planSplits(
  files: readonly { name: string; split?: SplitName | undefined }[],
): SplitPlan {
  const fromPaths = splitsFromPaths(files.map(({ name }) => name));
  const stated = files.map(({ split }, index) => split ?? fromPaths[index]);
  const splits = stated.map((split) => split ?? 'train');
  const unnamed = files.filter((_, index) => stated[index] === undefined).map(({ name }) => name);
  const has = (split: SplitName) => splits.includes(split);
  const assumption =
    unnamed.length > 0 && stated.some((split) => split !== undefined)
      ? `${listSome(unnamed)} ${unnamed.length === 1 ? 'names' : 'name'} no split and ${unnamed.length === 1 ? 'is' : 'are'} read as train. `
      : '';

  if (!has('train')) {
    const wayOut = 'nothing can be trained until a file is chosen as train or one is added';
    return { files: splits, explanation: `No file is named or chosen as train; ${wayOut}.` };
  }
  if (has('dev')) {
    const end = has('test')
      ? 'The files are the splits.'
      : 'The files are the splits; there is no test set.';
    return { files: splits, explanation: assumption + end };
  }
  const shares = has('test') ? DEV_SHARES : SEEDED_SHARES;
  const explanation = has('test')
    ? 'No file is named dev, so a tenth of the training sentences, drawn by seed, becomes dev.'
    : 'No file is named dev or test, so 80 % of the sentences become train, 10 % dev and 10 % test, drawn by seed.';
  return { files: splits, shares, explanation: assumption + explanation };
}

/** Documents below which sentences are drawn one by one: fewer documents would make lopsided splits. */
const FEWEST_DOCUMENTS = 20;

/**
 * Divides sentences by seed: whole documents where there are at least 20, else single sentences, each split filled up to its
 * share of the words. The same sentences and seed give the same splits on any machine.
 *
 * Every split with a share receives something if there are enough documents or sentences to go round.
 */
export function drawSplits(
  sentences: readonly { words: number; startsDocument: boolean }[],
  shares: SplitShares,
  seed: number,
): SplitName[] {
  const documents = sentences.filter(({ startsDocument }) => startsDocument).length;
  const drawsDocuments = documents >= FEWEST_DOCUMENTS;
  const unitOf: number[] = [];
  const unitWords: number[] = [];
  for (const { words, startsDocument } of sentences) {
    if (startsDocument || !drawsDocuments || unitWords.length === 0) unitWords.push(0);
    const unit = unitWords.length - 1;
    unitWords[unit] = (unitWords[unit] ?? 0) + words;
    unitOf.push(unit);
  }
  const order = unitWords
    .map((_, unit) => ({ unit, key: randomAt(seed, unit) }))
    .sort((a, b) => a.key - b.key || a.unit - b.unit);

  const total = unitWords.reduce((sum, words) => sum + words, 0);
  const splitOfUnit = new Array<SplitName>(unitWords.length).fill('train');
  let next = 0;
  for (const split of ['dev', 'test'] as const) {
    const due = total * shares[split];
    for (let words = 0; words < due && next < order.length - 1; next++) {
      const { unit } = order[next]!;
      splitOfUnit[unit] = split;
      words += unitWords[unit]!;
    }
  }
  return unitOf.map((unit) => splitOfUnit[unit]!);
}
