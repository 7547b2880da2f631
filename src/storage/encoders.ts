import type { KeptTokenizer } from '../tokenizer/tokenizer-kinds';
import { readStoredTokenizer } from './encoder-files';
import { hashEncoder, keepEncoder } from './encoder-hash';
import { describeTokenizer, encoderOwner, wordShardGeneration } from './encoder-parts';
import { packTokenizer } from './packed-tokenizer';
import type { EncoderId, EncoderRecord, KeptEncoder, StoredWordShards } from './records';
import { renameRecord } from './rename-record';
import { requireFound } from './require';
import { dropUnneeded, isNeededByRuns, RETIRED_STORES, retire } from './retired-encoders';
import { deleteSource, settle } from './runs/run-sources';
import { unlessTrained } from './runs/unless-trained';
import type { Database } from './schema';
import type { ShardList } from './shards/shard-list';
import {
  DamagedDataError,
  hashShards,
  shardRange,
  writeShards,
  type ByteParts,
} from './shards/shards';
import { requireFreeBytes } from './storage-full-error';
import { readFrom, writeTo } from './transaction';
import { whileWriting } from './write-lock';

/** An encoder that is about to be stored; `bytes` is the length of its weights' file. */
export interface NewEncoder extends Omit<
  EncoderRecord,
  'lowercase' | 'tokenizerKind' | 'addedPieceCount' | 'tokenizer' | 'wordShards' | 'hash'
> {
  tokenizer: KeptTokenizer;
  /** Shards of its word table by name, and where the others are fetched from; absent where the weights' file has the table whole. */
  wordShards?: Omit<StoredWordShards, 'stored'> & { files: ReadonlyMap<string, Blob> };
}

/**
 * Stores an encoder: its weights' file, its tokenizer and the shards of its word table, and last its record. Runs that need it find it.
 *
 * @throws StorageFullError, DamagedDataError; nothing is stored then.
 */
export function saveEncoder(
  database: Database,
  { tokenizer, wordShards, ...facts }: NewEncoder,
  weights: ByteParts,
): Promise<EncoderRecord> {
  const { id, bytes } = facts;
  const owner = encoderOwner(id);
  const what = `The encoder "${facts.name}"`;
  const packed = packTokenizer(tokenizer);
  const files = [...(wordShards?.files ?? [])];
  return whileWriting(database, owner, async () => {
    const wordBytes = files.reduce((sum, [, { size }]) => sum + size, 0);
    await requireFreeBytes(what, bytes + packed.length + wordBytes);
    const write = (generation: number, length: number, parts: ByteParts) =>
      writeShards(database, { what, owner, generation, bytes: length }, parts, keep);
    try {
      const list = await write(1, bytes, weights);
      const tokenizerList = await write(2, packed.length, [packed]);
      const stored: Record<string, ShardList> = {};
      for (const [name, file] of files) {
        const generation = wordShardGeneration(wordShards!.names, name);
        stored[name] = await write(generation, file.size, file);
      }
      const { names, source } = wordShards ?? {};
      const record: EncoderRecord & ShardList = {
        ...facts,
        ...describeTokenizer(tokenizer),
        tokenizer: tokenizerList,
        ...(names ? { wordShards: { names, stored, ...(source ? { source } : {}) } } : {}),
        ...list,
        hash: hashEncoder(facts, tokenizer, list.shardHashes),
      };
      await writeTo(database, RETIRED_STORES, async (transaction) => {
        await transaction.objectStore('encoders').add(record);
        await settle(transaction);
        await dropUnneeded(transaction);
      });
      return record;
    } catch (error) {
      const drop = writeTo(database, ['shards'], (transaction) =>
        transaction.objectStore('shards').delete(shardRange(owner)),
      );
      await drop.catch(() => undefined); // the first error says more
      throw error;
    }
  });
}

const keep = (list: ShardList) => Promise.resolve(list);

/** Finds a stored encoder that computes exactly what this one would with these weights; undefined where there is none. */
export async function findSameEncoder(
  database: Database,
  { tokenizer, ...facts }: Pick<NewEncoder, 'config' | 'tokenizer'>,
  weights: Blob,
): Promise<EncoderRecord | undefined> {
  const hash = hashEncoder(facts, tokenizer, await hashShards(weights));
  const stored = await readFrom(database, ['encoders'], (transaction) =>
    transaction.objectStore('encoders').getAll(),
  );
  return stored.find((encoder) => encoder.hash === hash);
}

/** The one encoder that came with earlier builds, which kept no name of it. */
const FIRST_BUNDLED = 'minilm-l6';

/** Tells whether an encoder is the one of this name that comes with the page, whatever a person has called it since. */
export function isBundled(encoder: EncoderRecord, name: string): boolean {
  const { bundled = encoder.name === FIRST_BUNDLED } = encoder; // the first builds told it by its name alone
  return typeof bundled === 'string' ? bundled === name : bundled && name === FIRST_BUNDLED;
}

/** Changes facts of a stored encoder, as that it comes with the page. @throws an Error if it was deleted. */
export function updateEncoder(
  database: Database,
  id: EncoderId,
  changes: Partial<Pick<EncoderRecord, 'bundled' | 'wordShards'>>,
): Promise<EncoderRecord> {
  return writeTo(database, ['encoders'], async (transaction) => {
    const encoders = transaction.objectStore('encoders');
    const encoder = { ...requireFound('encoders', await encoders.get(id)), ...changes };
    await encoders.put(encoder);
    return encoder;
  });
}

/** Finds an encoder's record, also that of one which was deleted and is kept for its runs; undefined where there is none. */
export function findEncoder(database: Database, id: EncoderId): Promise<EncoderRecord | undefined> {
  return readFrom(database, ['encoders'], (transaction) =>
    transaction.objectStore('encoders').get(id),
  );
}

/** Lists the encoders, newest first. */
export async function listEncoders(database: Database): Promise<EncoderRecord[]> {
  const encoders = await readFrom(database, ['encoders'], (transaction) =>
    transaction.objectStore('encoders').getAll(),
  );
  return encoders.filter(({ retired }) => !retired).sort((a, b) => b.createdAt - a.createdAt);
}

export function renameEncoder(database: Database, id: EncoderId, name: string): Promise<void> {
  return renameRecord(database, 'encoders', id, name);
}

/**
 * Deletes an encoder with its weights and its packs. Runs made from it stay and can be exported, as models do; they find the same encoder
 * again once its folder is dropped again. Where their checkpoints hold only what training changed, its bytes stay until the last of these
 * runs is deleted: see `retire`.
 *
 * @throws an Error where a run fine-tunes it.
 */
export async function deleteEncoder(database: Database, id: EncoderId): Promise<void> {
  const kept = await readKept(database, id);
  await unlessTrained(database, 'encoders', id, () =>
    writeTo(database, [...RETIRED_STORES], async (transaction) => {
      await settle(transaction);
      const isNeeded = await isNeededByRuns(transaction, id);
      if (isNeeded) {
        await retire(transaction, id);
        await dropUnneeded(transaction);
      } else {
        await deleteSource(transaction, 'encoders', id, kept);
        await transaction.objectStore('shards').delete(shardRange(encoderOwner(id)));
      }
      for (const key of await transaction.objectStore('packs').getAllKeys()) {
        if (key[1] !== id) continue;
        await transaction.objectStore('packs').delete(key);
        await transaction.objectStore('packedSplits').delete(key);
      }
    }),
  );
}

/**
 * Reads what runs keep of an encoder whose weights they do not need; undefined for one with its word table in shards, which every checkpoint
 * needs, and where its tokenizer cannot be read: it can be deleted all the same.
 */
async function readKept(database: Database, id: EncoderId): Promise<KeptEncoder | undefined> {
  const encoder = await findEncoder(database, id);
  if (!encoder || encoder.wordShards) return undefined;
  try {
    return keepEncoder(encoder, await readStoredTokenizer(database, encoder));
  } catch (error) {
    if (error instanceof DamagedDataError) return undefined;
    throw error;
  }
}
