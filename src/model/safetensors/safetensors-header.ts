import { shorten } from '../../messages/shorten';
import { HeaderJson, type HeaderValue } from './header-json';

/** Bytes of one element. https://github.com/huggingface/safetensors (README, "Format"). */
const ELEMENT_BYTES: Readonly<Record<string, number>> = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
  C64: 8,
};

export const MAX_HEADER_BYTES = 8 * 1024 * 1024;
export const MAX_TENSORS = 10_000;

/** Nesting of a size: the header, its tensor, its shape. */
const DEEPEST = 3;

/** Entries of the metadata or fields of a tensor, and sizes of a shape. */
const MAX_ENTRIES = 1000;
const MAX_SIZES = 32;
/** Bytes of a name or of one entry of the metadata at most; some writers keep whole settings files there. */
const MAX_TEXT_BYTES = 1024 * 1024;

export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Half-open bytes of the data section, which begins behind the header. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: ReadonlyMap<string, TensorEntry>;
}

/**
 * Parses a header and checks all the format demands: every key once, whole numbers, known element types, byte counts that
 * follow from shapes, tensors that cover the data section without gap or overlap.
 *
 * @param dataBytes the length of the data section.
 * @throws naming the file, the tensor and what is wrong with it.
 */
export function parseSafetensorsHeader(
  bytes: Uint8Array,
  dataBytes: number,
  file: string,
): SafetensorsHeader {
  if (bytes[0] !== 0x7b)
    throw new Error(`${file}: the header does not begin with "{"; this is no safetensors file.`);
  let metadata: Record<string, string> = {};
  const tensors = new Map<string, TensorEntry>();
  for (const [name, entry] of readEntries(bytes, file)) {
    if (name === '__metadata__') metadata = readMetadata(entry, file);
    else tensors.set(name, readEntry(entry, `${file}: tensor "${shorten(name)}"`));
    if (tensors.size > MAX_TENSORS)
      throw new Error(`${file}: the header names more than ${MAX_TENSORS} tensors.`);
  }
  assertFullCover(tensors, dataBytes, file);
  return { metadata, tensors };
}

/** Reads the header's entries one by one, so that the first wrong one ends the reading. */
function* readEntries(
  bytes: Uint8Array,
  file: string,
): Generator<[key: string, value: HeaderValue]> {
  try {
    yield* new HeaderJson(bytes, {
      depth: DEEPEST,
      entries: MAX_ENTRIES,
      values: MAX_SIZES,
      textBytes: MAX_TEXT_BYTES,
    }).entries();
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`, { cause: error });
  }
}

function readMetadata(entry: unknown, file: string): Record<string, string> {
  const isText =
    isRecord(entry) && Object.values(entry).every((value) => typeof value === 'string');
  if (!isText) throw new Error(`${file}: "__metadata__" must map names to texts.`);
  return entry as Record<string, string>;
}

function readEntry(entry: unknown, where: string): TensorEntry {
  if (!isRecord(entry) || Object.keys(entry).sort().join() !== 'data_offsets,dtype,shape') {
    throw new Error(`${where} must have exactly dtype, shape and data_offsets.`);
  }
  const { dtype, shape, data_offsets: offsets } = entry;
  const elementBytes =
    typeof dtype === 'string' && Object.hasOwn(ELEMENT_BYTES, dtype)
      ? ELEMENT_BYTES[dtype]
      : undefined;
  if (elementBytes === undefined) {
    throw new Error(
      `${where} has the element type ${show(dtype)}; known are ${Object.keys(ELEMENT_BYTES).join(', ')}.`,
    );
  }
  if (!isSizes(shape))
    throw new Error(`${where} has the shape ${show(shape)}; it must list whole numbers.`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new Error(
      `${where} has the data_offsets ${show(offsets)}; they must be two whole numbers.`,
    );
  }
  const [begin, end] = offsets as [number, number];
  let byteLength = elementBytes;
  for (const size of shape) {
    byteLength *= size;
    if (!Number.isSafeInteger(byteLength))
      throw new Error(`${where} has the shape [${shape.join(', ')}], larger than any file.`);
  }
  if (end - begin !== byteLength) {
    throw new Error(
      `${where} (${dtype as string} [${shape.join(', ')}]) needs ${byteLength} bytes, but its offsets ${begin} to ${end} hold ${end - begin}.`,
    );
  }
  return { dtype: dtype as string, shape, begin, end };
}

function assertFullCover(
  tensors: ReadonlyMap<string, TensorEntry>,
  dataBytes: number,
  file: string,
): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== covered) {
      const fault =
        begin < covered
          ? 'overlaps the tensor before it'
          : `leaves ${begin - covered} bytes unused before it`;
      throw new Error(
        `${file}: tensor "${shorten(name)}" begins at byte ${begin} of the data and ${fault}.`,
      );
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new Error(
      covered > dataBytes
        ? `${file}: the tensors need ${covered} bytes of data, but the file has ${dataBytes}; it is cut short: load it again.`
        : `${file}: ${dataBytes - covered} bytes behind the last tensor belong to none.`,
    );
  }
}

/** Writes a value in few words: what a file says must not fill the screen. */
function show(value: unknown): string {
  return shorten(JSON.stringify(value) ?? 'nothing');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((size) => Number.isSafeInteger(size) && (size as number) >= 0)
  );
}
