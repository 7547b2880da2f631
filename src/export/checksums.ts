import { sha256 } from '../browser/sha256';
import { listOf, object, parseChecked, recordOf, text } from './checked-json';

/** Key of the metadata entry that holds the checksums. */
export const CHECKSUMS_KEY = 'tagwerk.checksums';

/** Bytes of weights under one checksum. */
export const CHECKSUM_BYTES = 16_000_000;

/** SHA-256, hexadecimal, of everything in a file that decides what it computes and what it says of itself, but for its graph. */
export interface Checksums {
  /** Hash of each 16 MB of the weights: the numbers of their tensors as bytes, one tensor after the other in the order of the file. */
  weights: string[];
  /** Hash of the UTF-8 text of every other metadata entry, by its key. */
  entries: Record<string, string>;
}

/** Bytes in order, in chunks of any size. */
type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

const utf8 = new TextEncoder();

const hash = text(64);
const checksums = object<Checksums>(
  { weights: listOf(hash, 200), entries: recordOf(hash, 20) },
  {},
);

/** Reads the checksums of a file. @throws an Error that says what is wrong with them. */
export function parseChecksums(value: string): Checksums {
  return parseChecked(value, CHECKSUMS_KEY, checksums);
}

/** Returns a file's metadata entries with the checksums of them all. @param weights hashes of its weights: `hashWeights` */
export async function sealEntries(
  entries: ReadonlyMap<string, string>,
  weights: string[],
): Promise<Map<string, string>> {
  const sealed: Checksums = { weights, entries: Object.fromEntries(await hashEntries(entries)) };
  return new Map(entries).set(CHECKSUMS_KEY, JSON.stringify(sealed));
}

/** Replaces the text of one entry, and its checksum where the file has checksums. */
export async function replaceEntry(
  entries: ReadonlyMap<string, string>,
  key: string,
  value: string,
): Promise<Map<string, string>> {
  const replaced = new Map(entries).set(key, value);
  const sealed = entries.get(CHECKSUMS_KEY);
  if (sealed === undefined) return replaced;
  const { weights, entries: hashes } = parseChecksums(sealed);
  const changed: Checksums = {
    weights,
    entries: { ...hashes, [key]: await sha256(utf8.encode(value)) },
  };
  return replaced.set(CHECKSUMS_KEY, JSON.stringify(changed));
}

/** Hashes every metadata entry but the checksums themselves. @returns the hashes by key. */
export async function hashEntries(
  entries: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const [key, value] of entries) {
    if (key !== CHECKSUMS_KEY) hashes.set(key, await sha256(utf8.encode(value)));
  }
  return hashes;
}

/** Hashes each 16 MB of the weights, two at a time and so on two cores, while the next is gathered: at most three such parts in memory. */
export async function hashWeights(chunks: Chunks, byteLength: number): Promise<string[]> {
  const hashes: Promise<string>[] = [];
  for await (const part of gatherParts(chunks, byteLength)) {
    await hashes.at(-2);
    hashes.push(sha256(part));
  }
  return Promise.all(hashes);
}

/** Yields bytes in parts of 16 MB, the last one shorter, whatever chunks they come in; a part holds until the next is asked for. */
export async function* gatherParts(
  chunks: Chunks,
  byteLength: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const part = new Uint8Array(Math.min(CHECKSUM_BYTES, byteLength));
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.byteLength;) {
      const taken = chunk.subarray(at, at + part.byteLength - filled);
      part.set(taken, filled);
      at += taken.byteLength;
      filled += taken.byteLength;
      if (filled < part.byteLength) continue;
      yield part;
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
