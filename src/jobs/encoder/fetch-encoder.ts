import { fetchPageFile, reach } from '../../browser/page-file';
import { listEncoders } from '../../storage/encoders';
import type { EncoderRecord } from '../../storage/records';
import type { JobContext, ProgressContext } from '../job-context';
import { importEncoder } from './import-encoder';
import type { NamedBlob } from './named-blob';

const FILES = ['config.json', 'vocab.txt', 'model.safetensors', 'LICENSE'];

/**
 * Fetches an encoder that is served beside the page, and stores it; one of this name that is stored already is returned.
 *
 * @throws PageFileError where it is not served, or the connection breaks.
 */
export async function fetchEncoder(
  job: JobContext,
  name: string,
  baseUrl: string,
): Promise<EncoderRecord> {
  const stored = (await listEncoders(job.database)).find((encoder) => encoder.name === name);
  if (stored) return stored;
  const folder: NamedBlob[] = [];
  for (const file of FILES) {
    folder.push({
      name: file,
      blob: await fetchBlob(job, `the encoder ${name}`, new URL(file, baseUrl)),
    });
  }
  return importEncoder(job, folder, name);
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
