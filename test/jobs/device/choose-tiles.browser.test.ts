import { beforeEach, expect, test } from 'vitest';
import { gpuBackend } from '../../../src/engine/webgpu/device/gpu-backend';
import {
  REGISTERS_ONLY,
  TILE_VERSION,
  type TileChoice,
} from '../../../src/engine/webgpu/device/tile-choice';
import { chooseTiles } from '../../../src/jobs/device/choose-tiles';
import { findAdapterRecord, updateAdapterRecord } from '../../../src/storage/adapters';
import { useBackend } from '../../reference/use-backend';
import { openFresh } from '../../storage/fresh-database';

beforeEach(async () => {
  await useBackend('webgpu');
  gpuBackend().gpu.tiles = REGISTERS_ONLY;
});

const mixed: TileChoice = {
  thin: 'shared 32',
  small: 'shared 64',
  middle: 'registers',
  large: 'shared 128',
};
/** Other pages keep the GPU process busy: on two cores, the kernel of the probe alone may wait for its compiler longer than 6 s. */
const patient = { budgetMs: 60_000 };
const timeout = 90_000;

test('what is remembered for the adapter is taken', async () => {
  const database = await openFresh();
  const { adapter } = gpuBackend().gpu;
  expect(adapter).not.toBe('');
  await updateAdapterRecord(database, adapter, { tiles: { choice: mixed, version: TILE_VERSION } });
  expect(await chooseTiles(gpuBackend().gpu, Promise.resolve(database))).toEqual(mixed);
  expect(gpuBackend().gpu.tiles).toEqual(mixed);
});

test(
  'what was measured is remembered, in place of what older kernels gave',
  { timeout },
  async () => {
    const database = await openFresh();
    const { adapter } = gpuBackend().gpu;
    await updateAdapterRecord(database, adapter, {
      tiles: { choice: mixed, version: TILE_VERSION - 1 },
    });
    const choice = await chooseTiles(gpuBackend().gpu, Promise.resolve(database), patient);
    expect(choice).toEqual(REGISTERS_ONLY);
    const record = { adapter, tiles: { choice, version: TILE_VERSION } };
    expect(await findAdapterRecord(database, adapter)).toEqual(record);
  },
);

test('a measurement that was cut short is not remembered', async () => {
  const database = await openFresh();
  await chooseTiles(gpuBackend().gpu, Promise.resolve(database), { budgetMs: 0, slowestGpu: 0 });
  expect(await findAdapterRecord(database, gpuBackend().gpu.adapter)).toBeUndefined();
});

test('a browser without storage still chooses', { timeout }, async () => {
  const database = Promise.reject(new Error('no storage'));
  expect(await chooseTiles(gpuBackend().gpu, database, patient)).toEqual(REGISTERS_ONLY);
});
