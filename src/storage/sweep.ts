import { checkpointOwner } from './runs/checkpoints';
import { roomOwner, ROOM_GENERATION } from './runs/room';
import { findTrainedRun } from './runs/trainer-lock';
import { fileGenerations, fileOwner } from './corpora/corpus-files';
import { encoderOwner, encoderParts } from './encoder-parts';
import { modelOwner } from './models';
import type { RunId } from './records';
import type { Database } from './schema';
import { shardRange } from './shards/shards';
import { writeTo, type Writing } from './transaction';
import { whileNobodyWrites } from './write-lock';

const SWEPT_STORES = [
  'corpora',
  'sentences',
  'encoders',
  'checkpoints',
  'models',
  'shards',
] as const;
type Sweep = Writing<typeof SWEPT_STORES>;

/**
 * Removes the shards and sentences that no record names: a tab that died while it wrote has left them. While some tab is writing it
 * removes nothing, so it may be called at any time; once, when the page starts, is enough.
 *
 * @returns how many generations of an owner were removed; undefined where some tab is writing.
 */
export function sweepLeftovers(database: Database): Promise<number | undefined> {
  return whileNobodyWrites(database, async () => {
    const trained = await findTrainedRun(database);
    return writeTo(
      database,
      SWEPT_STORES,
      async (transaction) =>
        (await sweepSentences(transaction)) + (await sweepShards(transaction, trained)),
    );
  });
}

async function sweepSentences(transaction: Sweep): Promise<number> {
  const corpora = await transaction.objectStore('corpora').getAll();
  const named = new Set(corpora.map(({ id, generation }) => `${id} ${generation}`));
  const sentences = transaction.objectStore('sentences');
  let removed = 0;
  let cursor = await sentences.openKeyCursor();
  while (cursor) {
    const [id, generation, split] = cursor.key;
    if (!named.has(`${id} ${generation}`)) {
      await sentences.delete(IDBKeyRange.bound([id, generation], [id, generation, []]));
      removed++;
    }
    cursor = await cursor.continue([id, generation + 0.5, split, 0]); // past this generation
  }
  return removed;
}

async function sweepShards(transaction: Sweep, trained: RunId | undefined): Promise<number> {
  const named = new Set<string>();
  // No record names the room that a run holds, for it ends with its tab.
  if (trained !== undefined) named.add(`${roomOwner(trained)} ${ROOM_GENERATION}`);
  for (const corpus of await transaction.objectStore('corpora').getAll()) {
    for (const generation of fileGenerations(corpus))
      named.add(`${fileOwner(corpus.id)} ${generation}`);
  }
  for (const encoder of await transaction.objectStore('encoders').getAll()) {
    for (const { generation } of encoderParts(encoder))
      named.add(`${encoderOwner(encoder.id)} ${generation}`);
  }
  for (const { id, generation } of await transaction.objectStore('models').getAll()) {
    named.add(`${modelOwner(id)} ${generation}`);
  }
  for (const { key, generation } of await transaction.objectStore('checkpoints').getAll()) {
    named.add(`${checkpointOwner(key)} ${generation}`);
  }
  const shards = transaction.objectStore('shards');
  let removed = 0;
  let cursor = await shards.openKeyCursor();
  while (cursor) {
    const [owner, generation] = cursor.key;
    if (!named.has(`${owner} ${generation}`)) {
      await shards.delete(shardRange(owner, generation));
      removed++;
    }
    cursor = await cursor.continue([owner, generation + 0.5, 0]);
  }
  return removed;
}
