/** A file of a zip as the archive's directory lists it (APPNOTE.TXT, 4.3.12). */
export interface ZipEntry {
  path: string;
  /** 0 is stored, 8 is deflated. */
  method: number;
  isEncrypted: boolean;
  checksum: number;
  packedBytes: number;
  /** Bytes that the directory says come out; held against what does. */
  bytes: number;
  /** Offset of the file's own header. */
  offset: number;
}

const END_BYTES = 22;
const LONGEST_COMMENT = 65_535;
const LARGEST_DIRECTORY = 16 * 2 ** 20;
const END = 0x06054b50;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_END = 0x06064b50;
const ENTRY = 0x02014b50;
const FULL_16 = 0xffff;
const FULL_32 = 0xffffffff;

/**
 * Reads which files a zip holds, from the directory at its end; folders are left out.
 *
 * @throws where the directory is damaged or cannot be found.
 */
export async function readZipDirectory(blob: Blob): Promise<ZipEntry[]> {
  const { offset, bytes } = await findDirectory(blob);
  if (bytes > LARGEST_DIRECTORY || offset + bytes > blob.size) throw new Error('no directory');
  const view = new DataView(await blob.slice(offset, offset + bytes).arrayBuffer());
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= view.byteLength && view.getUint32(at, true) === ENTRY;) {
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const commentBytes = view.getUint16(at + 32, true);
    const flags = view.getUint16(at + 8, true);
    const name = new Uint8Array(view.buffer, at + 46, nameBytes);
    const entry = withZip64Sizes(
      {
        path: plainPath(decodeName(name)),
        method: view.getUint16(at + 10, true),
        isEncrypted: (flags & 1) === 1,
        checksum: view.getUint32(at + 16, true),
        packedBytes: view.getUint32(at + 20, true),
        bytes: view.getUint32(at + 24, true),
        offset: view.getUint32(at + 42, true),
      },
      new DataView(view.buffer, at + 46 + nameBytes, extraBytes),
    );
    if (name.at(-1) !== 0x2f && entry.path !== '') entries.push(entry);
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

async function findDirectory(blob: Blob): Promise<{ offset: number; bytes: number }> {
  const start = Math.max(0, blob.size - END_BYTES - LONGEST_COMMENT);
  const view = new DataView(await blob.slice(start).arrayBuffer());
  for (let at = view.byteLength - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) > view.byteLength) continue;
    const found = { bytes: view.getUint32(at + 12, true), offset: view.getUint32(at + 16, true) };
    const isLarge = found.bytes === FULL_32 || found.offset === FULL_32;
    return isLarge || view.getUint16(at + 10, true) === FULL_16
      ? ((await findLargeDirectory(blob, start + at)) ?? found)
      : found;
  }
  throw new Error('no end of a directory');
}

/** Finds the directory of a Zip64, which keeps large numbers in a record of their own, named by a locator before the end. */
async function findLargeDirectory(
  blob: Blob,
  end: number,
): Promise<{ offset: number; bytes: number } | undefined> {
  const locator = new DataView(await blob.slice(Math.max(0, end - 20), end).arrayBuffer());
  if (locator.byteLength < 20 || locator.getUint32(0, true) !== ZIP64_LOCATOR) return undefined;
  const at = Number(locator.getBigUint64(8, true));
  const record = new DataView(await blob.slice(at, at + 56).arrayBuffer());
  if (record.byteLength < 56 || record.getUint32(0, true) !== ZIP64_END) return undefined;
  return {
    bytes: Number(record.getBigUint64(40, true)),
    offset: Number(record.getBigUint64(48, true)),
  };
}

function withZip64Sizes(entry: ZipEntry, extra: DataView): ZipEntry {
  for (let at = 0; at + 4 <= extra.byteLength;) {
    const id = extra.getUint16(at, true);
    const length = extra.getUint16(at + 2, true);
    let next = at + 4;
    if (id === 1) {
      const end = Math.min(next + length, extra.byteLength);
      for (const field of ['bytes', 'packedBytes', 'offset'] as const) {
        if (entry[field] !== FULL_32 || next + 8 > end) continue;
        entry[field] = Number(extra.getBigUint64(next, true));
        next += 8;
      }
    }
    at += 4 + length;
  }
  return entry;
}

/** Decodes a name: UTF-8, as names are written nowadays, else Windows-1252, as older tools wrote them. */
function decodeName(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Returns a path without its root, its drive and its steps upwards: here a path is only a name. */
function plainPath(name: string): string {
  return name
    .replaceAll('\\', '/')
    .replace(/^[A-Za-z]:/, '')
    .split('/')
    .filter((part) => part !== '' && part !== '.' && part !== '..')
    .join('/');
}
