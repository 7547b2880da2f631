import type { ModelId, ModelRecord } from './records';
import { renameRecord } from './rename-record';
import { requireRecord } from './require';
import type { Database } from './schema';
import { readShardsAsBlob, shardRange, writeShards, type ByteParts } from './shards/shards';
import { requireFreeBytes } from './storage-full-error';
import { readFrom, writeTo } from './transaction';
import { whileWriting } from './write-lock';

/** Names the owner of a model's shards. */
export function modelOwner(id: ModelId): string {
  return `models/${id}`;
}

/**
 * Stores a model and its ONNX file, whose length is `record.bytes`; a record of the same id is replaced together with its file.
 *
 * @throws StorageFullError, DamagedDataError, or an Error if `file` is not `record.bytes` long.
 */
export function saveModel(database: Database, record: ModelRecord, file: ByteParts): Promise<void> {
  const { id, bytes } = record;
  const owner = modelOwner(id);
  const what = `The model "${record.name}"`;
  return whileWriting(database, owner, async () => {
    await requireFreeBytes(what, bytes);
    const before = await readFrom(database, ['models'], (transaction) =>
      transaction.objectStore('models').get(id),
    );
    const writing = { what, owner, generation: (before?.generation ?? 0) + 1, bytes };
    await writeShards(database, writing, file, (list) =>
      writeTo(database, ['models', 'shards'], async (transaction) => {
        const models = transaction.objectStore('models');
        if ((await models.get(id))?.generation !== before?.generation) {
          throw new Error(`${what} was deleted while it was written; nothing was stored.`);
        }
        await models.put({ ...record, ...list });
        if (before)
          await transaction.objectStore('shards').delete(shardRange(owner, before.generation));
      }),
    );
  });
}

/** Lists the models, newest first. */
export async function listModels(database: Database): Promise<ModelRecord[]> {
  const models = await readFrom(database, ['models'], (transaction) =>
    transaction.objectStore('models').getAll(),
  );
  return models.sort((a, b) => b.createdAt - a.createdAt);
}

/** Reads the ONNX file, verified, to download or to slice: the heap never holds it whole. @throws DamagedDataError, or an Error if it was deleted. */
export async function readModelBlob(database: Database, id: ModelId): Promise<Blob> {
  return readShardsAsBlob(database, modelOwner(id), await requireRecord(database, 'models', id));
}

/** Gives a model another name, which its file has on its card when it is handed on. @throws an Error if the name is blank or does not fit there. */
export function renameModel(database: Database, id: ModelId, name: string): Promise<void> {
  return renameRecord(database, 'models', id, name);
}

export async function deleteModel(database: Database, id: ModelId): Promise<void> {
  await writeTo(database, ['models', 'shards'], async (transaction) => {
    await transaction.objectStore('models').delete(id);
    await transaction.objectStore('shards').delete(shardRange(modelOwner(id)));
  });
}
