import type { KeptEncoder, RunSummary } from '../records';
import type { Database, TagwerkSchema } from '../schema';
import { writeTo } from '../transaction';

/** Stores by which a run and its corpus and encoder are matched. */
export const SOURCE_STORES = ['corpora', 'encoders', 'runs', 'runDetails'] as const;
type SourceStore = (typeof SOURCE_STORES)[number];

type Value<Name extends SourceStore> = TagwerkSchema[Name]['value'];

interface WritableStore<Name extends SourceStore> {
  get(id: string): Promise<Value<Name> | undefined>;
  getAll(): Promise<Value<Name>[]>;
  put(value: Value<Name>): Promise<unknown>;
  delete(id: string): Promise<unknown>;
}

/** A writing transaction over `SOURCE_STORES`, and maybe over others. */
export interface SourceTransaction {
  objectStore<Name extends SourceStore>(name: Name): WritableStore<Name>;
}

/** Matches the stored runs with their corpora and encoders, as earlier builds have not; see `settle`. */
export async function settleRuns(database: Database): Promise<void> {
  await writeTo(database, SOURCE_STORES, settle);
}

/**
 * Deletes a corpus or an encoder inside a transaction. Its runs go over to another of the same hash; where there is none, they keep what
 * they need to be shown and exported.
 *
 * @param kept what such runs keep of an encoder; undefined where none of them could be exported without its weights
 */
export async function deleteSource(
  transaction: SourceTransaction,
  store: 'corpora' | 'encoders',
  id: string,
  kept?: KeptEncoder,
): Promise<void> {
  await settle(transaction); // so that every run knows the hash of what is about to go
  const corpus = await transaction.objectStore('corpora').get(id);
  const encoder = await transaction.objectStore('encoders').get(id);
  await transaction.objectStore(store).delete(id);
  await settle(transaction);
  const [runs, details] = [transaction.objectStore('runs'), transaction.objectStore('runDetails')];
  for (const run of await runs.getAll()) {
    if (corpus && run.corpusId === id) await runs.put({ ...run, corpusName: corpus.name });
    if (!encoder || run.encoderId !== id) continue;
    await runs.put({ ...run, encoderName: encoder.name });
    const before = await details.get(run.id);
    if (before && kept) await details.put({ ...before, keptEncoder: kept });
  }
}

/** Finds the corpus or the encoder of a run: by id, unless that one was changed and another still has the hash of what the run trained on. */
export function findSource<Source extends { id: string; hash?: string }>(
  sources: readonly Source[],
  id: string,
  hash: string | undefined,
): Source | undefined {
  const own = sources.find((source) => source.id === id);
  if (hash === undefined || own?.hash === hash) return own;
  return sources.find((source) => source.hash === hash) ?? own;
}

/**
 * Matches the stored runs with their corpora and encoders inside a transaction: by id, and where that is gone or was changed since, by the
 * hash of what the run trained on. So the same files, dropped again, are the run's own. Hashes that earlier builds did not note are noted.
 * An encoder that was deleted, and is kept for its runs, is not found.
 */
export async function settle(transaction: SourceTransaction): Promise<void> {
  const corpora = await transaction.objectStore('corpora').getAll();
  const encoders = (await transaction.objectStore('encoders').getAll()).filter(
    ({ retired }) => !retired,
  );
  const [runs, details] = [transaction.objectStore('runs'), transaction.objectStore('runDetails')];
  for (const run of await runs.getAll()) {
    const corpusHash =
      run.corpusHash ??
      (await details.get(run.id))?.bestPredictions?.dataHash ??
      corpora.find(({ id }) => id === run.corpusId)?.hash;
    const corpus = findSource(corpora, run.corpusId, corpusHash);
    const encoder = findSource(encoders, run.encoderId, run.encoderHash);
    const encoderHash = run.encoderHash ?? encoder?.hash;
    const settled: RunSummary = {
      ...run,
      corpusId: corpus?.id ?? run.corpusId,
      encoderId: encoder?.id ?? run.encoderId,
      ...(corpusHash === undefined ? {} : { corpusHash }),
      ...(encoderHash === undefined ? {} : { encoderHash }),
    };
    if (corpus) delete settled.corpusName;
    if (encoder) delete settled.encoderName;
    if (isUnchanged(run, settled)) continue;
    await runs.put(settled);
    const before = encoder && run.encoderName !== undefined && (await details.get(run.id));
    if (!before) continue;
    delete before.keptEncoder;
    await details.put(before);
  }
}

const SETTLED_FIELDS = [
  ...(['corpusId', 'corpusHash', 'corpusName'] as const),
  ...(['encoderId', 'encoderHash', 'encoderName'] as const),
];

function isUnchanged(before: RunSummary, after: RunSummary): boolean {
  return SETTLED_FIELDS.every((field) => before[field] === after[field]);
}
