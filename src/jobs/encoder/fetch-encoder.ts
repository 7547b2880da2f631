import { isBundled, listEncoders, markBundled } from '../../storage/encoders';
import type { EncoderRecord } from '../../storage/records';
import type { JobContext, ProgressContext } from '../job-context';
import { importEncoder } from './import-encoder';
import type { NamedBlob } from './named-blob';

const FILES = ['config.json', 'vocab.txt', 'model.safetensors', 'LICENSE'];

/**
 * Fetches an encoder that is served beside the page, and stores it; where it is stored already, its record is returned.
 *
 * @throws an error naming the file that could not be fetched.
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
    folder.push({ name: file, blob: await fetchBlob(job, new URL(file, baseUrl)) });
  }
  const encoder = await importEncoder(job, folder, name, true);
  if (!encoder.bundled) await markBundled(database, encoder.id); // its folder had been dropped before
  return { ...encoder, bundled: true };
}

async function fetchBlob({ report, signal }: ProgressContext, url: URL): Promise<Blob> {
  const response = await fetch(url, { signal });
  const isPage = response.headers.get('content-type')?.startsWith('text/html');
  if (!response.ok || !response.body || isPage) {
    throw new Error(
      `Expected ${url.pathname} beside the page, got status ${response.status}${isPage ? ' and an HTML page' : ''}; serve the studio's whole folder.`,
    );
  }
  const total = Number(response.headers.get('content-length') ?? 0);
  const parts: BlobPart[] = [];
  let done = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { value, done: ended } = await reader.read();
    if (ended) return new Blob(parts);
    parts.push(value);
    done += value.byteLength;
    report({ stage: 'Fetching the encoder', done, total });
  }
}
