import type { ModelId, ModelRecord } from './records';
import { renameRecord } from './rename-record';
import { requireRecord } from './require';
import type { Database } from './schema';
import { deleteSharded, saveSharded, shardOwner } from './shards/sharded-record';
import { readShardsAsBlob, type ByteParts } from './shards/shards';
import { readFrom } from './transaction';

/** Stores a model and its ONNX file, whose length is `record.bytes`. @throws StorageFullError */
export function saveModel(database: Database, record: ModelRecord, file: ByteParts): Promise<void> {
  return saveSharded(database, 'models', record, file);
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
  return readShardsAsBlob(
    database,
    shardOwner('models', id),
    await requireRecord(database, 'models', id),
  );
}

/** Gives a model another name, which its file has on its card when it is handed on. @throws an Error if the name is blank or does not fit there. */
export function renameModel(database: Database, id: ModelId, name: string): Promise<void> {
  return renameRecord(database, 'models', id, name);
}

export function deleteModel(database: Database, id: ModelId): Promise<void> {
  return deleteSharded(database, 'models', id);
}
