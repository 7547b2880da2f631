import { Failure } from '../../messages/failure';
import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';
import type { PackSummary } from '../../protocol/data-calls';
import { readStoredSentences } from '../../storage/corpora/corpora';
import { findPack, savePack } from '../../storage/corpora/packs';
import type { CorpusId, EncoderId, EncoderRecord } from '../../storage/records';
import { requireRecord } from '../../storage/require';
import type { Database } from '../../storage/schema';
import { packSplit } from '../../tokenizer/pack/pack-split';
import type { JobContext } from '../job-context';
import { tokenizerOf } from '../encoder/import-encoder';

/**
 * Tokenizes a corpus for an encoder and a window and stores the pieces; splits that were packed before are left as they are.
 *
 * @throws an error where the corpus or the encoder is gone, the window does not fit, or the disk is full.
 */
export async function packCorpus(
  { database, report, signal }: JobContext,
  corpusId: CorpusId,
  encoderId: EncoderId,
  maxPieces: number,
): Promise<PackSummary> {
  const corpus = await requireRecord(database, 'corpora', corpusId);
  const encoder = await requireRecord(database, 'encoders', encoderId);
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

function assertWindow(maxPieces: number, { name, config }: EncoderRecord): void {
  if (maxPieces >= 3 && maxPieces <= config.maxPositions) return;
  throw new Failure(
    `Max length is ${maxPieces} word pieces, and “${name}” takes from 3 to ${config.maxPositions}.`,
    'Choose another max length under All settings.',
  );
}

async function gather(
  database: Database,
  corpusId: CorpusId,
  split: SplitName,
  signal: AbortSignal,
): Promise<Sentence[]> {
  const sentences: Sentence[] = [];
  for await (const chunk of readStoredSentences(database, corpusId, split)) {
    signal.throwIfAborted();
    for (const sentence of chunk) sentences.push(sentence);
  }
  return sentences;
}
