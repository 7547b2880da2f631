import { fetchPageFile, reach } from '../../browser/page-file';
import { isBundled, listEncoders, markBundled } from '../../storage/encoders';
import type { EncoderRecord } from '../../storage/records';
import type { JobContext, ProgressContext } from '../job-context';
import { importEncoder } from './import-encoder';
import type { NamedBlob } from './named-blob';

const FILES = ['config.json', 'vocab.txt', 'model.safetensors', 'LICENSE'];

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
  for (const file of FILES) {
    folder.push({
      name: file,
      blob: await fetchBlob(job, `the encoder ${name}`, new URL(file, baseUrl)),
    });
  }
  const encoder = await importEncoder(job, folder, name, name);
  if (encoder.bundled !== name) await markBundled(database, encoder.id, name); // its folder had been dropped before
  return { ...encoder, bundled: name };
}

async function fetchBlob(
  { report, signal }: ProgressContext,
  what: string,
  url: URL,
): Promise<Blob> {
  const response = await fetchPageFile(url, what, signal);
  const total = Number(response.headers.get('content-length') ?? 0);
  const parts: BlobPart[] = [];
  let done = 0;
  const reader = response.body!.getReader();
  for (;;) {
    const { value, done: ended } = await reach(what, signal, () => reader.read());
    if (ended) return new Blob(parts);
    parts.push(value);
    done += value.byteLength;
    report({ stage: 'Fetching the encoder', done, total });
  }
}
