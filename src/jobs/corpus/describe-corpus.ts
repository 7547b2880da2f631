import { LengthTally, type LengthCounts } from '../../data/statistics/length-counts';
import { SurfaceFormTally } from '../../data/statistics/surface-forms';
import { SPLIT_NAMES, type SplitName } from '../../ner/sentence';
import type { CorpusDescription } from '../../protocol/corpus-reading';
import { readStoredSentences } from '../../storage/corpora/corpora';
import { findEncoder } from '../../storage/encoders';
import { listPacks, readPack } from '../../storage/corpora/packs';
import type { CorpusId, PackRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import type { JobContext } from '../job-context';
import { requireRecord } from '../../storage/require';

/** Surface forms listed for each entity type. */
const FORMS_LISTED = 10;

/**
 * Counts what a stored corpus holds beyond its record, chunk by chunk: the memory needed does not grow with the corpus.
 *
 * @throws an Error where the corpus is gone or read anew meanwhile; an AbortError once stopped.
 */
export async function describeCorpus(
  { database, report, signal }: JobContext,
  id: CorpusId,
): Promise<CorpusDescription> {
  const corpus = await requireRecord(database, 'corpora', id);
  const splits = SPLIT_NAMES.filter((split) => corpus.statistics[split]);
  const total = splits.reduce((sum, split) => sum + corpus.statistics[split]!.sentences, 0);
  const forms = new SurfaceFormTally();
  const words: CorpusDescription['words'] = {};
  let done = 0;
  for (const split of splits) {
    const lengths = new LengthTally();
    for await (const chunk of readStoredSentences(database, id, split)) {
      signal.throwIfAborted();
      for (const sentence of chunk) {
        lengths.add(sentence.words.length);
        forms.add(split, sentence);
      }
      done += chunk.length;
      report({ stage: `Counting ${split}`, done, total });
    }
    words[split] = lengths.counts();
  }
  const pieces = await countPieces(database, id, signal);
  return {
    surfaceForms: Object.fromEntries(
      corpus.labels.map((label) => [label, forms.frequent(label, FORMS_LISTED)]),
    ),
    formShortfall: forms.shortfall,
    words,
    ...(pieces ? { pieces } : {}),
  };
}

/** Counts lengths in word pieces, in the pack with the largest window, which cuts the fewest sentences; undefined where nothing is packed. */
async function countPieces(
  database: Database,
  corpusId: CorpusId,
  signal: AbortSignal,
): Promise<CorpusDescription['pieces']> {
  const packs = await listPacks(database, corpusId);
  const chosen = packs.reduce<PackRecord | undefined>(
    (largest, pack) => (largest && largest.maxPieces >= pack.maxPieces ? largest : pack),
    undefined,
  );
  if (!chosen) return undefined;
  const { encoderId, maxPieces } = chosen;
  const encoder = await findEncoder(database, encoderId);
  if (!encoder) return undefined;
  const bySplit: Partial<Record<SplitName, LengthCounts>> = {};
  for (const split of SPLIT_NAMES) {
    signal.throwIfAborted();
    const packed = await readPack(database, { corpusId, encoderId, maxPieces, split });
    if (!packed) continue;
    const lengths = new LengthTally();
    for (let i = 0; i < packed.sentences; i++) {
      lengths.add(packed.pieceOffsets[i + 1]! - packed.pieceOffsets[i]!);
    }
    bySplit[split] = lengths.counts();
  }
  return { encoder: encoder.name, maxPieces, bySplit };
}
