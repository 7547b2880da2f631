import { describe, expect, test } from 'vitest';
import { CHECKSUM_BYTES } from '../../../src/export/checksums';
import type { ListedTensor } from '../../../src/infer/onnx/onnx-graph-reader';
import { readWeightParts } from '../../../src/infer/onnx/weight-parts';

const bytes = Uint8Array.from({ length: CHECKSUM_BYTES + 300_000 }, (_, i) => (i * 7919) >> 3);

/** A blob whose streams have no memory of the caller's filled, as in a browser without byte streams. */
class PlainBlob extends Blob {
  override slice(start?: number, end?: number): Blob {
    return new PlainBlob([super.slice(start, end)]);
  }
  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    const whole = this.arrayBuffer();
    let at = 0;
    return new ReadableStream({
      async pull(controller) {
        const chunk = new Uint8Array((await whole).slice(at, at + 50_001));
        at += chunk.byteLength;
        if (chunk.byteLength === 0) controller.close();
        else controller.enqueue(chunk);
      },
    });
  }
}

/** Tensors at [start, end), of which no part but the place matters. */
const listed = (...ranges: [start: number, end: number][]) =>
  ranges.map(([start, end]) => ({ start, byteLength: end - start }) as ListedTensor);

async function collect(blob: Blob, tensors: ListedTensor[]): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const part of readWeightParts(blob, tensors)) parts.push(part.slice());
  return parts;
}

describe.each([
  ['into the part’s memory', Blob],
  ['by chunks that are copied', PlainBlob],
])('weights are read %s', (_, Kind) => {
  const blob = new Kind([bytes]);

  test('one tensor after the other, without what lies between, in parts of 16 MB', async () => {
    const ranges: [number, number][] = [
      [10, 20],
      [20, 20],
      [200_000, 200_001],
      [280_000, CHECKSUM_BYTES + 290_000],
    ];
    const parts = await collect(blob, listed(...ranges));
    const expected = Buffer.concat(ranges.map((range) => bytes.subarray(...range)));
    expect(parts.map(({ byteLength }) => byteLength)).toEqual([CHECKSUM_BYTES, 10_011]);
    expect(Buffer.concat(parts).equals(expected)).toBe(true);
  });

  test('of no tensor there is none', async () => {
    expect(await collect(blob, [])).toEqual([]);
    expect(await collect(blob, listed([5, 5]))).toEqual([]);
  });

  test('a file that ends within them is told', async () => {
    const beyond = bytes.byteLength + 1;
    await expect(collect(blob, listed([beyond - 100, beyond]))).rejects.toThrow(
      'it ends within its weights',
    );
  });
});
