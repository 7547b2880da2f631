import { shorten } from '../messages/shorten';
import { Inflate } from 'fflate';
import { UnpackedBytes, type UnpackedFile, type UnpackOptions } from './unpacked-file';
import { readZipDirectory, type ZipEntry } from './zip-directory';

const STORED = 0;
const DEFLATED = 8;
/** Small enough that what comes out of one step is bounded: deflate makes at most some thousand bytes of one. */
const STEP_BYTES = 16 * 1024;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;

/**
 * Unpacks the files of a zip one after the other, each as a stream, and holds each against its checksum.
 *
 * @throws naming the zip where it is encrypted, damaged, a bomb, or packed by a method other than deflate; the signal's reason once aborted.
 */
export async function unpackZip(
  blob: Blob,
  path: string,
  options: UnpackOptions,
): Promise<UnpackedFile[]> {
  options.budget.begin(path, blob.size);
  const entries = await readZipDirectory(blob).catch((error: unknown) => {
    throw damaged(path, error);
  });
  options.budget.countEntries(entries.length);
  const encrypted = entries.find(({ isEncrypted }) => isEncrypted);
  if (encrypted) {
    throw new Error(
      `${path}: "${shorten(encrypted.path)}" in it is encrypted, and no password is asked for here; unpack it yourself and drop its files.`,
    );
  }
  const files: UnpackedFile[] = [];
  let before = 0;
  for (const entry of entries) {
    files.push({ path: entry.path, blob: await unpackEntry(blob, path, entry, options, before) });
    before += entry.packedBytes;
  }
  return files;
}

async function unpackEntry(
  blob: Blob,
  path: string,
  entry: ZipEntry,
  { budget, signal, onProgress }: UnpackOptions,
  before: number,
): Promise<Blob> {
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw new Error(
      `${path}: "${shorten(entry.path)}" in it is packed by method ${entry.method}, and only deflate is unpacked here; unpack it yourself and drop its files.`,
    );
  }
  const start = await dataStart(blob, entry);
  const end = start + entry.packedBytes;
  if (Number.isNaN(start) || end > blob.size) throw damaged(path);
  const bytes = new UnpackedBytes(budget);
  const inflate = entry.method === DEFLATED ? new Inflate((chunk) => bytes.add(chunk)) : undefined;
  for (let at = start; at < end; at += STEP_BYTES) {
    signal.throwIfAborted();
    const next = Math.min(end, at + STEP_BYTES);
    const step = new Uint8Array(await blob.slice(at, next).arrayBuffer());
    try {
      if (inflate) inflate.push(step, next === end);
      else bytes.add(step);
    } catch (error) {
      // fflate's own errors have a code and name no file; those of the budget say all there is to say.
      throw error instanceof Error && 'code' in error ? damaged(path, error) : error;
    }
    onProgress(Math.min(blob.size, before + next - start));
  }
  if (bytes.length !== entry.bytes || bytes.checksum !== entry.checksum) throw damaged(path);
  return bytes.blob();
}

/** Finds the offset of an entry's bytes: behind its own header, whose length may differ from the directory's. NaN where there is none. */
async function dataStart(blob: Blob, { offset }: ZipEntry): Promise<number> {
  const header = await blob.slice(offset, offset + LOCAL_HEADER_BYTES).arrayBuffer();
  const view = new DataView(header);
  if (header.byteLength < LOCAL_HEADER_BYTES || view.getUint32(0, true) !== LOCAL_HEADER)
    return NaN;
  return offset + LOCAL_HEADER_BYTES + view.getUint16(26, true) + view.getUint16(28, true);
}

function damaged(path: string, cause?: unknown): Error {
  return new Error(
    `${path}: the zip is damaged or cut short; get it again, or unpack it yourself and drop its files.`,
    { cause },
  );
}
