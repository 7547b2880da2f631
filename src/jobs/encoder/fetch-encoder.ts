import { fetchPageFile, reach } from '../../browser/page-file';
import { findBundledEncoder } from '../../recipe/bundled-encoders';
import { isBundled, listEncoders, updateEncoder } from '../../storage/encoders';
import type { EncoderRecord } from '../../storage/records';
import type { JobContext, ProgressContext } from '../job-context';
import { importEncoder } from './import-encoder';
import type { NamedBlob } from './named-blob';

/** Files of an encoder whose word table is whole. */
const FILES = ['config.json', 'vocab.txt', 'model.safetensors', 'LICENSE'];
/** Files of one whose word table is in shards; those are fetched once a corpus needs them (`fetch-word-shards.ts`). */
const SHARDED_FILES = ['config.json', 'tokenizer.json.gz', 'model.safetensors', 'LICENSE'];

/**
 * Fetches an encoder that is served beside the page, and stores it; where it is stored already, its record is returned.
 *
 * @throws PageFileError where it is not served, or the connection breaks.
 */
export async function fetchEncoder(
  job: JobContext,
  name: string,
  baseUrl: string,
): Promise<EncoderRecord> {
  const { database } = job;
  const stored = (await listEncoders(database)).find((encoder) => isBundled(encoder, name));
  if (stored) return stored;
  const folder: NamedBlob[] = [];
  const isSharded = (findBundledEncoder(name)?.parts.length ?? 0) > 0;
  for (const file of isSharded ? SHARDED_FILES : FILES) {
    const url = new URL(file, baseUrl);
    folder.push({ name: file, blob: await fetchBlob(job, `the encoder ${name}`, url) });
  }
  const encoder = await importEncoder(job, folder, name, { bundled: name, source: baseUrl });
  if (encoder.bundled === name) return encoder;
  const { id, wordShards } = encoder; // its folder had been dropped before
  return updateEncoder(database, id, {
    bundled: name,
    ...(wordShards ? { wordShards: { ...wordShards, source: baseUrl } } : {}),
  });
}

/** Fetches one file, and reports its bytes. @throws PageFileError, or the signal's reason once it aborts */
export async function fetchBlob(
  { report, signal }: ProgressContext,
  what: string,
  url: URL,
  stage = 'Fetching the encoder',
): Promise<Blob> {
  const response = await fetchPageFile(url, what, signal);
  // The length of what a server packs on the way is not that of what comes out.
  const isPacked = response.headers.has('content-encoding');
  const total = isPacked ? 0 : Number(response.headers.get('content-length') ?? 0);
  const parts: BlobPart[] = [];
  let done = 0;
  const reader = response.body!.getReader();
  for (;;) {
    const { value, done: ended } = await reach(what, signal, () => reader.read());
    if (ended) return new Blob(parts);
    parts.push(value);
    done += value.byteLength;
    report({ stage, done, total });
  }
}
