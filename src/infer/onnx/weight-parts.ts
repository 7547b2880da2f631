import { CHECKSUM_BYTES } from '../../export/checksums';
import type { ListedTensor } from './onnx-graph-reader';

/** Most bytes of weights that are asked for at once. */
const READ_BYTES = 8_000_000;

/** Bytes between two tensors that are passed over at once. */
const PASSED_BYTES = 65_536;

/** Fills a view with the next bytes of a stream. @returns the bytes that came, in the view's memory or where that went; undefined at the end. */
type Fill = (view: Uint8Array<ArrayBuffer>) => Promise<Uint8Array<ArrayBuffer> | undefined>;

/** Counts the bytes of tensors. */
export function countTensorBytes(tensors: readonly ListedTensor[]): number {
  return tensors.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/**
 * Reads the numbers of tensors, one tensor after the other without what lies between them, in parts of 16 MB, the last one shorter. A part
 * holds until the next is asked for. The file comes as a stream, which reads ahead by itself, into the part's own memory where the browser
 * can do that.
 *
 * @param tensors in the order of the file
 * @throws an Error where the file ends within them
 */
export async function* readWeightParts(
  blob: Blob,
  tensors: readonly ListedTensor[],
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const [first, last] = [tensors[0], tensors.at(-1)];
  if (!first || !last) return;
  const { fill, cancel } = openStream(blob.slice(first.start, last.start + last.byteLength));
  const next = async (view: Uint8Array<ArrayBuffer>) => {
    const bytes = await fill(view);
    if (!bytes) throw new Error('it ends within its weights');
    return bytes;
  };
  let part = new ArrayBuffer(Math.min(CHECKSUM_BYTES, countTensorBytes(tensors)));
  let passed = new ArrayBuffer(PASSED_BYTES);
  let [filled, at] = [0, first.start];
  try {
    for (const { start, byteLength } of tensors) {
      while (at < start) {
        const bytes = await next(new Uint8Array(passed, 0, Math.min(start - at, PASSED_BYTES)));
        passed = bytes.buffer;
        at += bytes.byteLength;
      }
      while (at < start + byteLength) {
        const room = Math.min(start + byteLength - at, part.byteLength - filled, READ_BYTES);
        const bytes = await next(new Uint8Array(part, filled, room));
        part = bytes.buffer;
        at += bytes.byteLength;
        filled += bytes.byteLength;
        if (filled < part.byteLength) continue;
        yield new Uint8Array(part);
        filled = 0;
      }
    }
    if (filled > 0) yield new Uint8Array(part, 0, filled);
  } finally {
    await cancel();
  }
}

function openStream(blob: Blob): { fill: Fill; cancel: () => Promise<void> } {
  try {
    const reader = blob.stream().getReader({ mode: 'byob' });
    const fill: Fill = async (view) => {
      const { done, value } = await reader.read(view);
      return done ? undefined : value;
    };
    return { fill, cancel: () => reader.cancel() };
  } catch {
    return openPlainStream(blob); // no stream of bytes in this browser
  }
}

/** Opens a stream whose chunks are copied. */
function openPlainStream(blob: Blob): { fill: Fill; cancel: () => Promise<void> } {
  const reader = blob.stream().getReader();
  let rest = new Uint8Array();
  const fill: Fill = async (view) => {
    while (rest.byteLength === 0) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      rest = value;
    }
    const taken = rest.subarray(0, view.byteLength);
    view.set(taken);
    rest = rest.subarray(taken.byteLength);
    return view.subarray(0, taken.byteLength);
  };
  return { fill, cancel: () => reader.cancel() };
}
