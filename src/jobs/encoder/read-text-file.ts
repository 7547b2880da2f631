import { baseName } from './encoder-folder-files';
import type { NamedBlob } from './named-blob';

/** First words of the pointer that Git LFS stores in the place of a large file. */
const POINTER = 'version https://git-lfs.github.com/spec/';

/**
 * Reads a text file of an encoder's folder, without a byte order mark; undefined where there is none.
 *
 * @throws where it is not UTF-8, with the first byte and line that are not: misread letters would become other word pieces.
 */
export async function readTextFile(file: NamedBlob | undefined): Promise<string | undefined> {
  if (!file) return undefined;
  const name = baseName(file.name);
  await assertNoPointer(file.blob, name);
  const bytes = new Uint8Array(await file.blob.arrayBuffer());
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Error(
      `${name} is not UTF-8: ${describeFault(bytes)}, so some of its letters would be misread; get the file again from where the encoder comes from, or save it as UTF-8.`,
      { cause: error },
    );
  }
}

/** Checks that a file is itself, and not what Git LFS leaves in its place. */
export async function assertNoPointer(blob: Blob, name: string): Promise<void> {
  if (blob.size > 1024 || !(await blob.slice(0, POINTER.length).text()).startsWith(POINTER)) return;
  throw new Error(
    `${name} is a Git LFS pointer of ${blob.size} bytes, not the file itself; run git lfs pull in the folder, or download the file from its page.`,
  );
}

function describeFault(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const isWide = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isWide) return 'it begins as UTF-16 does';
  const at = firstFault(bytes);
  const line = bytes.subarray(0, at).filter((byte) => byte === 0x0a).length + 1;
  const where = `byte ${at.toLocaleString('en')}, in line ${line.toLocaleString('en')}`;
  if (isUtf8(bytes, { stream: true })) return `the last letter, at ${where}, is cut`;
  return `${where}, is 0x${hex(bytes[at]!)}, which begins no letter with what follows`;
}

/** Finds the first byte of the first letter that is none, by halving: a decoder tells that there is a fault, but not where. */
function firstFault(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, middle), { stream: true })) good = middle;
    else bad = middle;
  }
  let start = good;
  while (start > 0 && !isUtf8(bytes.subarray(0, start))) start--; // back to the beginning of the letter
  return start;
}

/** Tells whether bytes are UTF-8; with `stream`, the last letter may be cut. */
function isUtf8(bytes: Uint8Array, options?: TextDecodeOptions): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, options);
    return true;
  } catch {
    return false;
  }
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}
