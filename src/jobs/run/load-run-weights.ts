import { encoderParameterShapes } from '../../model/parameters';
import { changedRows, plainRows } from '../../model/word-rows';
import { WORD_TABLE_KEY } from '../../model/word-table';
import { findEncoder } from '../../storage/encoders';
import type { RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import type { CheckpointState } from '../../train/checkpoint/checkpoint-state';
import { loadEncoderWeights, type EncoderWeights } from '../encoder/stored-encoder';

/** The part of a checkpoint that holds weights. */
type KeptWeights = Pick<CheckpointState, 'weights' | 'wordIds' | 'config'>;

/**
 * Loads all weights of a run's checkpoint: those that training changed are in it, the others are the encoder's. Checkpoints of earlier builds have
 * all of them.
 *
 * @throws where the encoder is needed and no longer stored
 */
export async function loadRunWeights(
  database: Database,
  run: RunRecord,
  state: KeptWeights,
): Promise<EncoderWeights> {
  if (!needsEncoder(state)) return layOver(undefined, state);
  const encoder = await findEncoder(database, run.encoderId);
  if (encoder) return layOver(await loadEncoderWeights(database, encoder), state);
  throw new Error(
    `The encoder of "${run.name}" is no longer stored here, and its checkpoint holds only what training changed; fetch the encoder or drop its folder again.`,
  );
}

/** Tells whether a checkpoint lacks weights that its encoder has. */
export function needsEncoder({ weights, wordIds, config }: KeptWeights): boolean {
  if (wordIds) return true;
  return [...encoderParameterShapes(config).keys()].some((key) => !weights.has(key));
}

/** Lays a checkpoint's weights over the encoder's; `encoder` is undefined where the checkpoint has all. */
function layOver(
  encoder: EncoderWeights | undefined,
  { weights: changed, wordIds }: KeptWeights,
): EncoderWeights {
  const weights = new Map([...(encoder?.weights ?? []), ...changed]);
  weights.delete(WORD_TABLE_KEY);
  const table = changed.get(WORD_TABLE_KEY);
  if (table && !wordIds) return { weights, words: plainRows(table) };
  if (!table || !wordIds) return { ...encoder!, weights };
  const rows = { ids: wordIds, rows: table.data };
  return { ...encoder!, weights, words: changedRows(encoder!.words, rows), changed: rows };
}
