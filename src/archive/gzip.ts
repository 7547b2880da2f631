import { Gunzip } from 'fflate';
import { UnpackedBytes, type UnpackedFile, type UnpackOptions } from './unpacked-file';

/** Two bytes that begin every gzip file (RFC 1952). */
const SIGNATURE = [0x1f, 0x8b];
/** Small enough that what comes out of one step is bounded: deflate makes at most some thousand bytes of one. */
const STEP_BYTES = 16 * 1024;
/** Checksum and length at the end of each member (RFC 1952). */
const FOOTER_BYTES = 8;

/** A member's end: where its footer stands, and what came out of it. */
interface Member {
  footer: number;
  checksum: number;
  length: number;
}

/** Tells whether a file begins as every gzip file does. */
export async function beginsAsGzip(blob: Blob): Promise<boolean> {
  const start = new Uint8Array(await blob.slice(0, SIGNATURE.length).arrayBuffer());
  return SIGNATURE.every((byte, at) => start[at] === byte);
}

/**
 * Unpacks a gzip file, of one member or several, as a stream.
 *
 * @throws naming the file where it is damaged, cut short or a bomb; the signal's reason once it is aborted.
 */
export async function unpackGzip(
  blob: Blob,
  path: string,
  { budget, signal, onProgress }: UnpackOptions,
): Promise<UnpackedFile> {
  budget.begin(path, blob.size);
  budget.countEntries(1);
  const bytes = new UnpackedBytes(budget);
  const members: Member[] = [];
  const endMember = (end: number) => {
    const { checksum, length } = bytes;
    members.push({ footer: end - FOOTER_BYTES, checksum, length });
    bytes.restart();
  };
  const gunzip = new Gunzip((chunk) => bytes.add(chunk));
  gunzip.onmember = endMember;
  for (let at = 0; at < blob.size; at += STEP_BYTES) {
    signal.throwIfAborted();
    const end = Math.min(blob.size, at + STEP_BYTES);
    const step = new Uint8Array(await blob.slice(at, end).arrayBuffer());
    unpackStep(() => gunzip.push(step, end === blob.size), path);
    onProgress(end);
  }
  endMember(blob.size);
  for (const member of members) await assertWhole(blob, path, member);
  return { path: path.replace(/\.gz$/i, '').replace(/\.tgz$/i, '.tar'), blob: bytes.blob() };
}

/** fflate's own errors name no file and no way out; those of the budget do. */
function unpackStep(step: () => void, path: string): void {
  try {
    step();
  } catch (error) {
    const isForeign = error instanceof Error && 'code' in error;
    throw isForeign ? damaged(path, error) : error;
  }
}

async function assertWhole(blob: Blob, path: string, member: Member): Promise<void> {
  const footer = await blob.slice(member.footer, member.footer + FOOTER_BYTES).arrayBuffer();
  if (footer.byteLength < FOOTER_BYTES) throw damaged(path);
  const view = new DataView(footer);
  const isWhole =
    view.getUint32(0, true) === member.checksum &&
    view.getUint32(4, true) === member.length % 2 ** 32;
  if (!isWhole) throw damaged(path);
}

function damaged(path: string, cause?: unknown): Error {
  return new Error(
    `${path}: the gzip file is damaged or cut short; get it again, or unpack it yourself and drop what comes out.`,
    { cause },
  );
}
