import { describe, expect, test } from 'vitest';
import {
  countBytes,
  readCheckpoint,
  writeCheckpoint,
} from '../../../src/train/checkpoint/checkpoint-file';
import { readSafetensors, writeSafetensors } from '../../../src/model/safetensors/safetensors';
import type { Weights } from '../../../src/model/weights';
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
    kind: 'adamw',
    scalars: { beta1Power: 0.9 ** 17, beta2Power: 0.999 ** 17 },
    slots: new Map([
      [
        'm',
        new Map([
          ['bert.b.weight', hard.map((x) => -x)],
          ['classifier.bias', Float32Array.of(1)],
        ]),
      ],
      [
        'v',
        new Map([
          ['bert.b.weight', hard.map(Math.abs)],
          ['classifier.bias', Float32Array.of(2)],
        ]),
      ],
    ]),
  },
  lossScale: { scale: 2 ** 12, steps: 3 },
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
    const [found, kept] = [read.optimizer!.scalars, state.optimizer!.scalars];
    expect(Object.is(found['beta1Power'], kept['beta1Power'])).toBe(true);
  });

  test('names its tensors by slot and parameter', async () => {
    const { tensors } = await readSafetensors(new Blob(writeCheckpoint(state)), 'The checkpoint');
    expect([...tensors.keys()].toSorted()).toEqual([
      ...['gradients/bert.b.weight', 'gradients/classifier.bias'],
      ...['optimizer/m/bert.b.weight', 'optimizer/m/classifier.bias'],
      ...['optimizer/v/bert.b.weight', 'optimizer/v/classifier.bias'],
      ...['weights/bert.b.weight', 'weights/classifier.bias'],
    ]);
  });

  test('of a build that knew no optimiser but AdamW is read as the same state', async () => {
    const { weights, optimizer, lossScale, accumulated, ...rest } = state;
    const { gradients, ...cut } = accumulated!;
    const tensors: Weights = new Map();
    for (const [key, weight] of weights) tensors.set(`weights/${key}`, weight);
    const numbers = [...optimizer!.slots, ['gradients', gradients] as const];
    for (const [prefix, byKey] of numbers)
      for (const [key, data] of byKey)
        tensors.set(`${prefix}/${key}`, { shape: [data.length], data });
    const betaPowers = { ...optimizer!.scalars, lossScale };
    const readAs = (isPadded: boolean) => {
      const metadata = { ...rest, accumulated: { ...cut, isPadded }, betaPowers };
      const json = { 'tagwerk.checkpoint': JSON.stringify(metadata) };
      return readCheckpoint(new Blob(writeSafetensors(tensors, 'F32', json)));
    };
    expect(await readAs(false)).toEqual(state);
    // A step that was cut with padding begins anew.
    const { accumulated: none, ...others } = state;
    expect(none).toBeDefined();
    expect(await readAs(true)).toEqual(others);
  });

  test('copies no numbers: its parts are views of the weights and moments', () => {
    const parts = writeCheckpoint(state);
    expect(parts.some((part) => part.buffer === hard.buffer)).toBe(true);
    expect(
      parts.some(
        ({ buffer }) => buffer === state.optimizer!.slots.get('v')!.get('classifier.bias')!.buffer,
      ),
    ).toBe(true);
    expect(countBytes(parts)).toBe(new Blob(parts).size);
  });

  test('may hold weights alone', async () => {
    const { optimizer, lossScale, accumulated, ...weightsOnly } = state;
    expect(optimizer && lossScale && accumulated).toBeDefined();
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
