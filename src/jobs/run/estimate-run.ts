import { tokenClassification } from '../../model/heads/token-classification';
import { Model } from '../../model/model';
import { TagSet } from '../../ner/tag-set';
import type { RunEstimate, RunRequest } from '../../protocol/train-calls';
import { distinctPieces } from '../../tokenizer/pack/packed-split';
import { estimateFreeBytes } from '../../storage/storage-full-error';
import { applyRecipe } from '../../train/apply-recipe';
import { estimateCheckpoints, estimateTime } from '../../train/pace/estimate';
import { measureSpeed, type Speed } from '../../train/pace/measure-speed';
import { loadEncoderWeights } from '../encoder/stored-encoder';
import { readWordTable } from '../../model/parameter-store';
import { planMemory } from '../device/memory-plan';
import { keptPieces } from '../../model/word-table';
import { requirePack, requireRecord } from '../../storage/require';
import type { RunContext } from './run-context';

/** Speeds measured on this backend, by encoder and its layers used and frozen; no other field of a recipe changes them. */
export type MeasuredSpeeds = Map<string, Speed>;

/**
 * Estimates the time, memory and storage that a run takes on this computer. The first estimate for an encoder trains a few micro-batches and
 * discards them, which takes some seconds; later ones are arithmetic. A run that does not fit into memory is not measured.
 *
 * @throws where the corpus is not packed for this encoder and maximum length; an AbortError once stopped.
 */
export async function estimateRun(
  { database, device, control }: RunContext,
  { corpusId, encoderId, recipe }: RunRequest,
  speeds: MeasuredSpeeds,
): Promise<RunEstimate> {
  const encoder = await requireRecord(database, 'encoders', encoderId);
  const config = applyRecipe(encoder.config, recipe);
  const { labels } = await requireRecord(database, 'corpora', corpusId);
  const { maxPieces, scheme, seed } = recipe;
  const train = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'train' });
  const dev = await requirePack(database, { corpusId, encoderId, maxPieces, split: 'dev' });
  const tagCount = new TagSet(labels, scheme).tags.length;
  const pieceIds = distinctPieces(train, dev);
  const precision = (await device.choosePrecision?.()) ?? 'f32';
  const memory = await planMemory(database, device, {
    ...{ config, tagCount, maxPieces, pieceIds, precision },
  });
  const { microBatchPieces, budget } = memory;
  const { modelBytes, peakBytes } = memory.estimate(microBatchPieces);
  const sizes = estimateCheckpoints(config, tagCount, recipe, keptPieces(pieceIds).size);
  const cost = {
    memoryBytes: peakBytes,
    modelBytes,
    memoryBudget: budget,
    storageBytes: sizes.peakBytes,
    roomBytes: sizes.roomBytes,
    storageFreeBytes: await estimateFreeBytes(),
  };
  if (peakBytes > budget.bytes) return cost;

  const measured = `${encoderId}, ${config.layers} layers, ${recipe.frozenLayers ?? 0} frozen`;
  let speed = speeds.get(measured);
  if (!speed) {
    const { weights, words } = await loadEncoderWeights(database, encoder);
    const table = await readWordTable(words, pieceIds);
    const classifier = Model.create(config, weights, tokenClassification(tagCount), seed, table);
    try {
      speed = await measureSpeed(classifier, recipe, microBatchPieces, control, precision);
    } finally {
      classifier.dispose();
    }
    speeds.set(measured, speed);
  }
  const splits = { train, dev };
  return {
    ...cost,
    time: estimateTime(speed, splits, recipe, microBatchPieces),
  };
}
