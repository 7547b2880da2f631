import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';
import type { PackSummary } from '../../protocol/data-calls';
import type { ReportProgress } from '../../protocol/progress';
import { findCorpus, readSentences } from '../../storage/corpora/corpora';
import { findEncoder } from '../../storage/encoders';
import { findPack, readPack, savePack } from '../../storage/corpora/packs';
import type { CorpusId, CorpusRecord, EncoderId, EncoderRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { packSplit } from '../../tokenizer/pack/pack-split';
import type { PackedSplit } from '../../tokenizer/pack/packed-split';
import { tokenizerOf } from '../encoder/import-encoder';

/**
 * Tokenizes a corpus for an encoder and a window and stores the pieces; splits that were packed before are left as they are.
 *
 * @throws an error where the corpus or the encoder is gone, the window does not fit, or the disk is full.
 */
export async function packCorpus(
  database: Database,
  corpusId: CorpusId,
  encoderId: EncoderId,
  maxPieces: number,
  report: ReportProgress,
  signal: AbortSignal,
): Promise<PackSummary> {
  const corpus = await requireCorpus(database, corpusId);
  const encoder = await requireEncoder(database, encoderId);
  assertWindow(maxPieces, encoder);
  const tokenizer = tokenizerOf(encoder);
  const summary: PackSummary = { splits: {} };
  for (const split of SPLIT_NAMES) {
    if (!corpus.statistics[split]) continue;
    const name = { corpusId, encoderId, maxPieces, split };
    const stored = await findPack(database, name);
    if (stored) {
      summary.splits[split] = stored;
      continue;
    }
    const sentences = await gather(database, corpusId, split, signal);
    const packed = await packSplit(sentences, tokenizer, corpus.labels, maxPieces, {
      signal,
      onProgress: (done, total) => report({ stage: `Tokenizing ${split}`, done, total }),
    });
    const { pieces, wordsBeyondWindow, entitiesBeyondWindow, cutSentences } = packed;
    const counts = { sentences: sentences.length, pieces, wordsBeyondWindow, entitiesBeyondWindow };
    const record = { ...name, ...counts, cutSentences };
    await savePack(database, record, packed.split, corpus.hash);
    summary.splits[split] = counts;
  }
  return summary;
}

export async function requireCorpus(database: Database, id: CorpusId): Promise<CorpusRecord> {
  const corpus = await findCorpus(database, id);
  if (!corpus) throw new Error('The corpus is no longer stored here; drop its files again.');
  return corpus;
}

export async function requireEncoder(database: Database, id: EncoderId): Promise<EncoderRecord> {
  const encoder = await findEncoder(database, id);
  if (!encoder)
    throw new Error('The encoder is no longer stored here; fetch it or drop its folder again.');
  return encoder;
}

/** Reads a packed split. @throws where it was not packed. */
export async function requirePack(
  database: Database,
  name: { corpusId: CorpusId; encoderId: EncoderId; maxPieces: number; split: SplitName },
): Promise<PackedSplit> {
  const packed = await readPack(database, name);
  if (!packed) {
    throw new Error(
      `The ${name.split} split is not tokenized for this encoder and a window of ${name.maxPieces} pieces; start again from the corpus.`,
    );
  }
  return packed;
}

function assertWindow(maxPieces: number, { name, config }: EncoderRecord): void {
  if (maxPieces >= 3 && maxPieces <= config.maxPositions) return;
  throw new Error(
    `The window must be from 3 to ${config.maxPositions} pieces, which is what ${name} has positions for; got ${maxPieces}.`,
  );
}

async function gather(
  database: Database,
  corpusId: CorpusId,
  split: SplitName,
  signal: AbortSignal,
): Promise<Sentence[]> {
  const sentences: Sentence[] = [];
  for await (const chunk of readSentences(database, corpusId, split)) {
    signal.throwIfAborted();
    for (const sentence of chunk) sentences.push(sentence);
  }
  return sentences;
}
