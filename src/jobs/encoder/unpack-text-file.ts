import { beginsAsGzip, unpackGzip } from '../../archive/gzip';
import { UnpackBudget } from '../../archive/unpack-budget';
import type { NamedBlob } from './named-blob';
import { readTextFile } from './read-text-file';

/**
 * Reads a text file of an encoder's folder that is packed with gzip; undefined where there is none. Servers and browsers may have unpacked it on
 * the way: then it is read as it is.
 *
 * @throws as `unpackGzip` and `readTextFile`
 */
export async function unpackTextFile(file: NamedBlob | undefined): Promise<string | undefined> {
  if (!file) return undefined;
  if (!(await beginsAsGzip(file.blob))) return readTextFile(file);
  const { signal } = new AbortController();
  const onProgress = () => undefined;
  const options = { budget: new UnpackBudget(), signal, onProgress };
  const { blob } = await unpackGzip(file.blob, file.name, options);
  return readTextFile({ name: file.name, blob });
}
