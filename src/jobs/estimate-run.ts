import { computesPadding } from '../engine/ops/row-layout';
import { TokenClassifier } from '../model/token-classifier';
import { TagSet } from '../ner/tag-set';
import type { RunEstimate, RunRequest } from '../protocol/train-calls';
import { distinctPieces } from '../tokenizer/packed-split';
import { estimateFreeBytes } from '../storage/storage-full-error';
import {
  chooseMicroBatchPieces,
  estimateMemoryBytes,
  estimateStorageBytes,
  estimateTime,
} from '../train/estimate';
import { measureSpeed, type Speed } from '../train/measure-speed';
import { loadEncoderWeights } from './import-encoder';
import { requireCorpus, requireEncoder, requirePack } from './pack-corpus';
import type { RunPlace } from './train-run';

/** Speeds measured on this backend, by encoder and frozen layers: nothing else of a recipe changes them. */
export type MeasuredSpeeds = Map<string, Speed>;

/**
 * What a run will cost here. The first estimate for an encoder trains a few micro-batches and throws them away, some seconds; later ones are
 * arithmetic.
 *
 * @throws where the corpus is not packed for this encoder and window; an AbortError once stopped.
 */
export async function estimateRun(
  { database, backend, control, choosePrecision }: Omit<RunPlace, 'onEvent'>,
  { corpusId, encoderId, recipe }: RunRequest,
  speeds: MeasuredSpeeds,
): Promise<RunEstimate> {
  const encoder = await requireEncoder(database, encoderId);
  const { labels } = await requireCorpus(database, corpusId);
  const { maxPieces, scheme, seed } = recipe;
  const train = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'train' });
  const dev = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'dev' });
  const microBatchPieces = chooseMicroBatchPieces(encoder.config, backend.backend);
  const tagCount = new TagSet(labels, scheme).tags.length;

  const pieces = distinctPieces(train, dev);
  const measured = `${encoderId}, ${recipe.frozenLayers ?? 0} layers frozen`;
  let speed = speeds.get(measured);
  if (!speed) {
    const weights = await loadEncoderWeights(database, encoder);
    const classifier = TokenClassifier.create(encoder.config, weights, tagCount, seed, pieces);
    try {
      const precision = await choosePrecision?.();
      speed = await measureSpeed(classifier, recipe, microBatchPieces, control, precision);
    } finally {
      classifier.dispose();
    }
    speeds.set(measured, speed);
  }
  return {
    ...estimateTime(speed, { train, dev }, recipe, microBatchPieces, computesPadding()),
    memoryBytes: estimateMemoryBytes(
      // A GPU has the embeddings of the corpus' pieces only.
      backend.backend === 'webgpu'
        ? { ...encoder.config, vocabularySize: pieces.size }
        : encoder.config,
      tagCount,
      microBatchPieces,
      maxPieces,
      backend.backend,
    ),
    storageBytes: estimateStorageBytes(encoder.config, tagCount),
    storageFreeBytes: await estimateFreeBytes(),
  };
}
