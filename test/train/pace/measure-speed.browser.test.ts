import { expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../../../src/engine/start-engine';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { measureSpeed } from '../../../src/train/pace/measure-speed';
import { RunControl } from '../../../src/train/run-control';
import { makeRun } from '../made-split';

test('measuring takes time and changes nothing', async () => {
  await selectBackend('wasm', { threads: 1 });
  const { model } = makeRun();
  const weights = await model.weights();
  const tensors = tf.memory().numTensors;
  const speed = await measureSpeed(model, DEFAULT_RECIPE, 256, new RunControl());
  for (const { fixedMs, msPerPiece } of [speed.train, speed.evaluate]) {
    expect(fixedMs).toBeGreaterThanOrEqual(0);
    expect(msPerPiece).toBeGreaterThan(0);
  }
  expect(speed.updateMs).toBeGreaterThan(0);
  expect(await model.weights()).toEqual(weights);
  expect(tf.memory().numTensors).toBe(tensors);

  const control = new RunControl();
  control.stop();
  await expect(measureSpeed(model, DEFAULT_RECIPE, 256, control)).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(tf.memory().numTensors).toBe(tensors);
  model.dispose();
});
