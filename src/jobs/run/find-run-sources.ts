import type { SplitName } from '../../ner/sentence';
import type { ReportProgress } from '../../protocol/progress';
import { SeededRandom } from '../../random/seeded-random';
import { findCorpus } from '../../storage/corpora/corpora';
import { readPack } from '../../storage/corpora/packs';
import { readStoredTokenizer } from '../../storage/encoder-files';
import { keepEncoder } from '../../storage/encoder-hash';
import { findEncoder } from '../../storage/encoders';
import type { WordRows } from '../../model/word-rows';
import type { KeptEncoder, RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { packSplit } from '../../tokenizer/pack/pack-split';
import type { PackedSplit } from '../../tokenizer/pack/packed-split';
import { packCorpus } from '../corpus/pack-corpus';
import { createTokenizer } from '../../tokenizer/tokenizer-kinds';
import { requireTrainedCorpus } from './trained-corpus';

/** Sentences that are made up where a run's corpus is gone. */
const MADE_SENTENCES = 48;

/** Finds all that a run's file needs of its encoder, whether that is stored or was deleted. @throws where an earlier build deleted it. */
export async function findRunEncoder(database: Database, run: RunRecord): Promise<KeptEncoder> {
  const encoder = await findEncoder(database, run.encoderId);
  if (encoder) return keepEncoder(encoder, await readStoredTokenizer(database, encoder));
  if (run.keptEncoder) return run.keptEncoder;
  throw new Error(
    `The encoder of "${run.name}" was deleted by an earlier version of this page, which kept nothing of it; train a new run.`,
  );
}

/** Returns the name of a run's corpus, which may have been deleted. */
export async function nameRunCorpus(database: Database, run: RunRecord): Promise<string> {
  const corpus = await findCorpus(database, run.corpusId);
  return corpus?.name ?? run.corpusName ?? 'a corpus that was deleted';
}

/**
 * Reads a tokenized split of the text that a run trained on, and tokenizes it first where that is not stored.
 *
 * @param dataHash hash in the run's checkpoint
 * @throws where the corpus or the encoder is gone, or the corpus was changed since.
 */
export async function obtainPack(
  database: Database,
  run: RunRecord,
  dataHash: string,
  split: SplitName,
  report: ReportProgress = () => undefined,
): Promise<PackedSplit> {
  const corpus = await requireTrainedCorpus(database, run, dataHash);
  const { corpusId, encoderId, recipe } = run;
  const name = { corpusId, encoderId, maxPieces: recipe.maxPieces, split };
  const stored = await readPack(database, name);
  if (stored) return stored;
  const { signal } = new AbortController();
  await packCorpus({ database, report, signal }, corpusId, encoderId, recipe.maxPieces);
  const packed = await readPack(database, name);
  if (packed) return packed;
  throw new Error(
    `"${corpus.name}" has no ${split} sentences; choose a file as ${split} under “how it is read”.`,
  );
}

/**
 * Gives sentences by which a run's file is compared with the trained model: those of dev, or where these are gone, sentences made up of the
 * vocabulary's words, which ask the same of both.
 */
export async function obtainProbes(
  database: Database,
  run: RunRecord,
  dataHash: string,
  encoder: KeptEncoder,
  words: WordRows,
): Promise<PackedSplit> {
  const corpus = await findCorpus(database, run.corpusId);
  if (corpus?.hash === dataHash && (await findEncoder(database, run.encoderId))) {
    return obtainPack(database, run, dataHash, 'dev');
  }
  return makeProbes(encoder, run, words);
}

/** Makes sentences of words drawn from a vocabulary, from one word up to the max length; all their pieces have their rows here. */
async function makeProbes(
  encoder: KeptEncoder,
  { recipe }: RunRecord,
  rows: WordRows,
): Promise<PackedSplit> {
  const random = new SeededRandom(recipe.seed);
  const tokenizer = createTokenizer(encoder);
  const vocabulary = encoder.vocabulary.filter((piece, id) => {
    return rows.has(id) && tokenizer.encodeWord(piece).every((part) => rows.has(part));
  });
  const sentences = Array.from({ length: MADE_SENTENCES }, (_, index) => {
    const words = Math.max(1, Math.round((recipe.maxPieces * (index + 1)) / MADE_SENTENCES));
    return {
      words: Array.from({ length: words }, () => vocabulary[random.nextBelow(vocabulary.length)]!),
      spans: [],
      line: index + 1,
      startsDocument: false,
    };
  });
  return (await packSplit(sentences, tokenizer, [], recipe.maxPieces)).split;
}
