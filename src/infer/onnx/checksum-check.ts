import {
  CHECKSUM_BYTES,
  CHECKSUMS_KEY,
  gatherParts,
  hashEntries,
  hashWeights,
  parseChecksums,
  type Checksums,
} from '../../export/checksums';
import { isFromBeforeChecksums } from '../../export/model-metadata';
import { shorten } from '../../messages/shorten';
import type { ListedTensor } from './onnx-graph-reader';

/** Bytes of weights that are read at once: enough that reading is fast. */
const READ_BYTES = 8_000_000;

/** Size beyond which a number is no weight of a trained model; those in use stay below a thousand. */
const LARGEST_WEIGHT = 1e6;

/** Number of changed parts that a refusal names. */
const NAMED_CHANGES = 3;

/** Words for the metadata entries; another is named by its key. */
const ENTRY_NOUNS: ReadonlyMap<string, string> = new Map([
  ['tagwerk.format', 'format version'],
  ['tagwerk.tags', 'tags'],
  ['tagwerk.labels', 'labels'],
  ['tagwerk.scheme', 'tag scheme'],
  ['tagwerk.vocabulary', 'vocabulary'],
  ['tagwerk.lowercase', 'rule of letter case'],
  ['tagwerk.tokenizerKind', 'kind of tokenizer'],
  ['tagwerk.addedPieces', 'added pieces'],
  ['tagwerk.specialPieces', 'special pieces'],
  ['tagwerk.unigram', 'scores of pieces'],
  ['tagwerk.words', 'word table'],
  ['tagwerk.bytePairs', 'merges of pieces'],
  ['tagwerk.wordPiece', 'preparation of texts'],
  ['tagwerk.maxPieces', 'max length'],
  ['tagwerk.config', 'configuration'],
  ['tagwerk.card', 'training card'],
]);

/** A part of a file whose hash is not the one that was written at export. */
interface Change {
  what: string;
  expected: string | undefined;
  found: string | undefined;
}

/**
 * Compares the metadata entries with their checksums.
 *
 * @returns the file's checksums; undefined for a file from before they were written.
 * @throws an Error that names the entries that were changed, and both hashes.
 */
export async function checkEntries(
  entries: ReadonlyMap<string, string>,
): Promise<Checksums | undefined> {
  const value = entries.get(CHECKSUMS_KEY);
  if (value === undefined) {
    if (isFromBeforeChecksums(entries)) return undefined;
    throw new Error('it should have checksums and has none');
  }
  const checksums = parseChecksums(value);
  const expected = new Map(Object.entries(checksums.entries)); // a key may be called constructor
  const found = await hashEntries(entries);
  const keys = new Set([...expected.keys(), ...found.keys()]);
  assertUnchanged(
    Array.from(keys, (key) => ({
      what: `its ${ENTRY_NOUNS.get(key) ?? `metadata entry ${shorten(key)}`}`,
      expected: expected.get(key),
      found: found.get(key),
    })),
  );
  return checksums;
}

/**
 * Reads the weights once and compares them with their checksums. Without checksums, only numbers that cannot be weights are told.
 *
 * @throws an Error that names the parts that were changed, and both hashes.
 */
export async function checkWeights(
  blob: Blob,
  weights: readonly ListedTensor[],
  checksums: Checksums | undefined,
): Promise<void> {
  if (!checksums) {
    const floats = weights.filter(({ type }) => type === 'float');
    return assertPossibleWeights(readNumbers(blob, floats), countBytes(floats), floats);
  }
  const bytes = countBytes(weights);
  const found = await hashWeights(readNumbers(blob, weights), bytes);
  const parts = Math.max(found.length, checksums.weights.length);
  assertUnchanged(
    Array.from({ length: parts }, (_, part) => ({
      what: parts === 1 ? 'its weights' : `bytes ${nameRange(part, bytes)} of its weights`,
      expected: checksums.weights[part],
      found: found[part],
    })),
  );
}

function countBytes(tensors: readonly ListedTensor[]): number {
  return tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** A stretch of a file that is being read. */
interface Reading {
  start: number;
  end: number;
  bytes: Promise<ArrayBuffer>;
}

/**
 * Reads the numbers of tensors as bytes, one tensor after the other; what lies between them is left out. The next stretch of the file is read
 * while the caller takes the one before.
 */
async function* readNumbers(
  blob: Blob,
  tensors: readonly ListedTensor[],
): AsyncGenerator<Uint8Array, void, undefined> {
  const last = tensors.reduce((end, { start, byteLength }) => Math.max(end, start + byteLength), 0);
  const readFrom = (start: number): Reading => {
    const end = Math.min(start + READ_BYTES, last);
    const bytes = blob.slice(start, end).arrayBuffer();
    bytes.catch(() => undefined); // thrown where it is awaited, and the last may never be
    return { start, end, bytes };
  };
  const holds = ({ start, end }: Reading, at: number) => start <= at && at < end;
  let reading = readFrom(tensors[0]?.start ?? last);
  let ahead = readFrom(reading.end);
  for (const { start, byteLength } of tensors) {
    for (let at = start; at < start + byteLength;) {
      if (!holds(reading, at)) {
        reading = holds(ahead, at) ? ahead : readFrom(at);
        ahead = readFrom(reading.end);
      }
      const until = Math.min(start + byteLength, reading.end);
      yield new Uint8Array(await reading.bytes, at - reading.start, until - at);
      at = until;
    }
  }
}

/** Names a part of the weights: `16–32 MB`. */
function nameRange(part: number, bytes: number): string {
  const start = part * CHECKSUM_BYTES;
  const end = Math.min(start + CHECKSUM_BYTES, Math.max(bytes, start));
  return `${Math.round(start / 1e6)}–${Math.ceil(end / 1e6)} MB`;
}

function assertUnchanged(parts: readonly Change[]): void {
  const changed = parts.filter(({ expected, found }) => expected !== found);
  if (changed.length === 0) return;
  const named = changed.slice(0, NAMED_CHANGES).map(describe);
  const more = changed.length - named.length;
  throw new Error(`${named.join(', ')}${more > 0 ? `, and ${more} more parts differ` : ''}`);
}

function describe({ what, expected, found }: Change): string {
  if (found === undefined) return `${what} is missing`;
  if (expected === undefined) return `${what} was added`;
  return `${what} should have the SHA-256 ${expected.slice(0, 8)}… and has ${found.slice(0, 8)}…`;
}

/** Refuses a file without checksums that holds what no training leaves: most flips of a number's highest bit make such a number. */
async function assertPossibleWeights(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
  weights: readonly ListedTensor[],
): Promise<void> {
  let before = 0;
  for await (const part of gatherParts(chunks, bytes)) {
    const numbers = new Float32Array(part.buffer, 0, part.byteLength / 4);
    const bad = findImpossible(numbers);
    if (bad >= 0) {
      const name = nameOf(weights, before + 4 * bad);
      throw new Error(
        `its tensor ${name} holds ${numbers[bad]!.toPrecision(2)}, which no training leaves (the file was made before checksums, so what else was changed cannot be told)`,
      );
    }
    before += part.byteLength;
  }
}

/** Finds the first number that cannot be a weight; -1 where there is none. By index, for V8 iterates 20 times slower. */
function findImpossible(numbers: Float32Array): number {
  for (let i = 0; i < numbers.length; i++) {
    if (!(Math.abs(numbers[i]!) <= LARGEST_WEIGHT)) return i; // a NaN is found, too
  }
  return -1;
}

function nameOf(tensors: readonly ListedTensor[], at: number): string {
  let end = 0;
  return tensors.find(({ byteLength }) => at < (end += byteLength))?.name ?? '';
}
