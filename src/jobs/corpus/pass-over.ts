import { UnreadableFileError } from '../../data/format/unreadable-file-error';
import { detectFormat } from '../../data/sources/source-readers';
import { splitsFromPaths } from '../../data/corpus/split';
import type { SplitName } from '../../ner/sentence';
import type { CorpusSource, CorpusTask } from './corpus-task';

/** Endings that only corpora have: such a file is meant to be read. */
const CORPUS_ENDING = /\.(?:conll\w*|iob\w*|bio\w*)$/i;

/**
 * Tells the files of a drop that hold rows of words and tags from those that stand beside them, by content.
 *
 * A file that is meant to be read is never left aside: one that was given by itself for a split, one with a corpus' ending, one whose name
 * states a split, and the only one of a split that its folder states.
 *
 * @throws the refusal of such a file, or of the first file where none can be read.
 */
export async function passOverForeignFiles(
  { sources, replaces, passedOver = [] }: CorpusTask,
  signal: AbortSignal,
): Promise<Required<Pick<CorpusTask, 'sources' | 'passedOver'>>> {
  if (replaces || sources.length < 2) return { sources, passedOver };
  const refusals = new Map<CorpusSource, UnreadableFileError>();
  for (const source of sources) {
    const refusal = await refusalOf(source, signal);
    if (refusal) refusals.set(source, refusal);
  }
  const fromPaths = splitsFromPaths(sources.map(({ name }) => name));
  const stated = sources.map(({ choice }, index) => choice.split ?? fromPaths[index]);
  const readSplits = new Set<SplitName>();
  sources.forEach((source, index) => {
    if (!refusals.has(source) && stated[index]) readSplits.add(stated[index]);
  });
  const isMeant = ({ name, choice }: CorpusSource, split: SplitName | undefined) =>
    (hasSaid(choice) && !name.includes('/')) ||
    CORPUS_ENDING.test(name) ||
    (split !== undefined && !readSplits.has(split)) ||
    splitsFromPaths([name])[0] !== undefined;
  for (const [index, source] of sources.entries()) {
    const refusal = refusals.get(source);
    if (refusal && (refusals.size === sources.length || isMeant(source, stated[index]))) {
      throw refusal;
    }
  }
  const left = [...refusals].map(([{ name }, { message }]) => ({
    path: name,
    reason: 'no rows of words and tags',
    detail: message,
  }));
  return {
    sources: sources.filter((source) => !refusals.has(source)),
    passedOver: [...passedOver, ...left],
  };
}

/** Tells whether the person decided anything about a file. */
function hasSaid({ split, format = {} }: CorpusSource['choice']): boolean {
  return split !== undefined || Object.keys(format).length > 0;
}

async function refusalOf(
  { blob, name, choice }: CorpusSource,
  signal: AbortSignal,
): Promise<UnreadableFileError | undefined> {
  try {
    await detectFormat(blob, name, choice.format, signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UnreadableFileError) return error;
    throw error; // a disk that cannot be read says nothing about the file
  }
}

/** Makes names unique: a second `data.conll` becomes `data.conll (2)`. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names);
  const given = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 2; given.has(unique); number++) {
      const next = `${name} (${number})`;
      if (!taken.has(next)) unique = next;
    }
    given.add(unique);
    return unique;
  });
}
