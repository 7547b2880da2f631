import { describe, expect, test } from 'vitest';
import {
  countBytes,
  readCheckpoint,
  writeCheckpoint,
} from '../../../src/train/checkpoint/checkpoint-file';
import type { CheckpointState } from '../../../src/train/checkpoint/checkpoint-state';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { madeConfig } from '../made-split';

/** Numbers that a careless round trip would change: the smallest subnormal, -0, the largest, a third. */
const hard = Float32Array.of(1e-45, -0, 3.4028235e38, 1 / 3);

const state: CheckpointState = {
  weights: new Map([
    ['bert.b.weight', { shape: [2, 2], data: hard }],
    ['classifier.bias', { shape: [1], data: Float32Array.of(7) }],
  ]),
  optimizer: {
    beta1Power: 0.9 ** 17,
    beta2Power: 0.999 ** 17,
    moments: new Map([
      ['bert.b.weight', { m: hard.map((x) => -x), v: hard.map(Math.abs) }],
      ['classifier.bias', { m: Float32Array.of(1), v: Float32Array.of(2) }],
    ]),
  },
  position: {
    epochsDone: 1,
    cursor: 4,
    step: 17,
    bestEpoch: 1,
    bestEntityF1: 1 / 3,
    epochsWithoutGain: 0,
  },
  recipe: { ...DEFAULT_RECIPE, dropout: 0 },
  labels: ['PER', 'geo-loc', 'ÄÖ"\\'],
  config: madeConfig,
  dataHash: 'c0ffee',
  accumulated: {
    parts: 2,
    microBatchPieces: 512,
    isPadded: false,
    loss: 0.1 + 0.2,
    gradients: new Map([
      ['bert.b.weight', hard.toReversed()],
      ['classifier.bias', Float32Array.of(-3)],
    ]),
  },
};

const bits = (numbers: Float32Array) => [...new Uint32Array(numbers.slice().buffer)];

describe('a checkpoint file', () => {
  test('gives the state back bit for bit', async () => {
    const read = await readCheckpoint(new Blob(writeCheckpoint(state)));
    expect(read).toEqual(state);
    expect(bits(read.weights.get('bert.b.weight')!.data)).toEqual(bits(hard));
    expect(Object.is(read.optimizer!.beta1Power, state.optimizer!.beta1Power)).toBe(true);
  });

  test('copies no numbers: its parts are views of the weights and moments', () => {
    const parts = writeCheckpoint(state);
    expect(parts.some((part) => part.buffer === hard.buffer)).toBe(true);
    expect(
      parts.some(
        ({ buffer }) => buffer === state.optimizer!.moments.get('classifier.bias')!.v.buffer,
      ),
    ).toBe(true);
    expect(countBytes(parts)).toBe(new Blob(parts).size);
  });

  test('may hold weights alone', async () => {
    const { optimizer, accumulated, ...weightsOnly } = state;
    expect(optimizer && accumulated).toBeDefined();
    const read = await readCheckpoint(new Blob(writeCheckpoint(weightsOnly)));
    expect(read).toEqual(weightsOnly);
    expect('optimizer' in read).toBe(false);
  });

  test('refuses a state with a NaN', () => {
    const weights = new Map([['classifier.bias', { shape: [1], data: Float32Array.of(NaN) }]]);
    expect(() => writeCheckpoint({ ...state, weights })).toThrow(/classifier\.bias.*NaN/);
  });

  test('refuses a safetensors file that is no checkpoint', async () => {
    const header = '{"__metadata__":{"format":"pt"}}';
    const file = new Uint8Array(8 + header.length);
    file[0] = header.length;
    file.set(new TextEncoder().encode(header), 8);
    await expect(readCheckpoint(new Blob([file]))).rejects.toThrow(
      /does not say where its run stood/,
    );
  });
});
