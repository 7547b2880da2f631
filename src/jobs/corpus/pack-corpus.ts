import { Failure } from '../../messages/failure';
import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';
import type { PackSummary } from '../../protocol/data-calls';
import { readStoredSentences } from '../../storage/corpora/corpora';
import { findPack, readPack, savePack } from '../../storage/corpora/packs';
import type { CorpusId, EncoderId, EncoderRecord } from '../../storage/records';
import { requireRecord } from '../../storage/require';
import type { Database } from '../../storage/schema';
import { packSplit } from '../../tokenizer/pack/pack-split';
import { distinctPieces } from '../../tokenizer/pack/packed-split';
import type { Tokenizer } from '../../tokenizer/tokenizer';
import type { JobContext } from '../job-context';
import { fetchWordShards } from '../encoder/fetch-word-shards';
import { loadTokenizer } from '../encoder/stored-encoder';

/**
 * Tokenizes a corpus for an encoder and a window and stores the pieces; splits that were packed before are left as they are. Then the parts of
 * the encoder's word table that these pieces need are fetched, where they are not here.
 *
 * @throws an error where the corpus or the encoder is gone, the window does not fit, the disk is full, or a part of the word table is not to be
 * had.
 */
export async function packCorpus(
  job: JobContext,
  corpusId: CorpusId,
  encoderId: EncoderId,
  maxPieces: number,
): Promise<PackSummary> {
  const { database, report, signal } = job;
  const corpus = await requireRecord(database, 'corpora', corpusId);
  const encoder = await requireRecord(database, 'encoders', encoderId);
  assertWindow(maxPieces, encoder);
  let tokenizer: Tokenizer | undefined;
  const summary: PackSummary = { splits: {} };
  for (const split of SPLIT_NAMES) {
    if (!corpus.statistics[split]) continue;
    const name = { corpusId, encoderId, maxPieces, split };
    const stored = await findPack(database, name);
    if (stored) {
      summary.splits[split] = stored;
      continue;
    }
    tokenizer ??= await loadTokenizer(database, encoder);
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
  await fetchWordShards(job, encoder, async () => {
    const pieces = new Set<number>();
    for (const split of SPLIT_NAMES) {
      const packed = await readPack(database, { corpusId, encoderId, maxPieces, split });
      if (packed) for (const id of distinctPieces(packed)) pieces.add(id);
    }
    return pieces;
  });
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
