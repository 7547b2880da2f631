import { afterEach, describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/export/export-onnx';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { createSession, type Session } from '../../src/infer/session';
import { formulaWeights, tinyConfig, tinyMetadata } from '../export/tiny-bert';
import golden from '../reference/golden/onnx-logits.json';
import ThreadsWorker from './session-threads.worker?worker';
import { openTinySession } from './tiny-session';

const sequences = golden.sequences.map((ids) => Int32Array.from(ids));
let session: Session | undefined;

async function openTiny(): Promise<Session> {
  session = await openTinySession();
  return session;
}

afterEach(async () => {
  await session?.release();
  session = undefined;
});

describe('the exported graph in onnxruntime-web', () => {
  test('has the threads that were asked for', async () => {
    expect(globalThis.crossOriginIsolated).toBe(true);
    const worker = new ThreadsWorker();
    const told = await new Promise<unknown>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<unknown>) => resolve(data);
      worker.onerror = ({ message }) => resolve(message);
    }).finally(() => worker.terminate());
    expect(told).toBe(2);
  });

  test('gives the logits of transformers, sentence by sentence', async () => {
    const tiny = await openTiny();
    for (const [i, sequence] of sequences.entries()) {
      const { logits, batch, pieces, tags } = await tiny.logits([sequence]);
      expect([batch, pieces, tags]).toEqual([1, sequence.length, golden.tags]);
      expect(largestDifference(logits, golden.logits[i]!)).toBeLessThan(1e-5);
    }
  });

  test('gives the same logits in a padded batch: padding is not seen', async () => {
    const { logits, batch, pieces, tags } = await (await openTiny()).logits(sequences);
    expect([batch, pieces, tags]).toEqual([3, 11, 5]);
    for (const [row, sequence] of sequences.entries()) {
      const own = logits.subarray(row * pieces * tags, (row * pieces + sequence.length) * tags);
      expect(largestDifference(own, golden.logits[row]!)).toBeLessThan(1e-5);
    }
  });

  test('runs calls that overlap one after another, and is released after them', async () => {
    const tiny = await openTiny();
    const calls = sequences.map((sequence) => tiny.logits([sequence]));
    const released = tiny.release();
    session = undefined;
    for (const [i, { logits }] of (await Promise.all(calls)).entries()) {
      expect(largestDifference(logits, golden.logits[i]!)).toBeLessThan(1e-5);
    }
    await released;
    await expect(tiny.logits(sequences)).rejects.toThrow();
  });

  test('takes every position that exists and refuses one more', async () => {
    const tiny = await openTiny();
    await expect(tiny.logits([new Int32Array(12).fill(5)])).rejects.toThrow();
    expect((await tiny.logits([new Int32Array(11).fill(5)])).pieces).toBe(11);
  });
});

test('a file that the runtime cannot load is named', async () => {
  const file = await readOnnxFile(
    new File(
      await exportOnnx({
        config: tinyConfig,
        weights: formulaWeights(tinyConfig, golden.tags),
        metadata: tinyMetadata,
      }),
      'tiny.onnx',
    ),
  );
  // As if the file had changed on the disk since it was checked.
  const broken = { ...file, blob: file.blob.slice(0, 5000) };
  await expect(createSession(broken, 1)).rejects.toThrow(/^tiny\.onnx: the runtime cannot load it/);
});

function largestDifference(found: Float32Array, expected: readonly number[]): number {
  expect(found).toHaveLength(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs(found[i]! - value)));
}
