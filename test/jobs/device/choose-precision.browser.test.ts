import { beforeEach, expect, test } from 'vitest';
import { gpuBackend } from '../../../src/engine/webgpu/device/gpu-backend';
import { REGISTERS_ONLY, TILE_VERSION } from '../../../src/engine/webgpu/device/tile-choice';
import { choosePrecision, examine } from '../../../src/jobs/device/choose-precision';
import { findAdapterRecord, updateAdapterRecord } from '../../../src/storage/adapters';
import { HALF_BOUNDS } from '../../../src/train/pace/check-half';
import { useBackend } from '../../reference/use-backend';
import { openFresh } from '../../storage/fresh-database';

beforeEach(() => useBackend('webgpu'));

test('half precision is examined: its step is near to that in f32 and not the same, and decides with its speed', async () => {
  const { choice, lossApart, gradientsApart, speedup } = await examine(gpuBackend().gpu, 'small');
  expect(lossApart).toBeLessThan(HALF_BOUNDS.lossApart);
  expect(gradientsApart).toBeLessThan(HALF_BOUNDS.gradientsApart);
  expect(gradientsApart).toBeGreaterThan(1e-5);
  expect(choice).toBe(speedup >= 1 ? 'f16' : 'f32');
});

test('a GPU without shader-f16 computes in f32 unexamined; one that has it is examined once', async () => {
  const database = await openFresh();
  const { gpu } = gpuBackend();
  const { adapter } = gpu;
  const tiles = { choice: REGISTERS_ONLY, version: TILE_VERSION };
  await updateAdapterRecord(database, adapter, { tiles });
  const precision = await choosePrecision(gpu, database);
  const { precision: kept } = (await findAdapterRecord(database, adapter))!;
  if (!gpu.device.features.has('shader-f16')) {
    expect(precision).toBe('f32');
    expect(kept).toBeUndefined();
    return;
  }
  expect(kept).toMatchObject({ choice: precision });
  const other = precision === 'f16' ? 'f32' : 'f16';
  await updateAdapterRecord(database, adapter, { precision: { ...kept!, choice: other } });
  expect(await choosePrecision(gpu, database)).toBe(other);
  // Begun twice without an end: it may be what the device dies of.
  await updateAdapterRecord(database, adapter, { precision: undefined, examinations: 2 });
  expect(await choosePrecision(gpu, database)).toBe('f32');
});
