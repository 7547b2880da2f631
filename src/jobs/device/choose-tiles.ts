import { measureTiles, type MeasureOptions } from '../../engine/webgpu/products/measure-tiles';
import type { GpuDevice } from '../../engine/webgpu/device/gpu-device';
import { TILE_VERSION, type TileChoice } from '../../engine/webgpu/device/tile-choice';
import type { Database } from '../../storage/schema';
import { findAdapterRecord, updateAdapterRecord } from '../../storage/adapters';

/**
 * Lets a GPU compute products the way it does fastest: as remembered for its adapter, else as measured now, which takes half a second.
 *
 * It must not fail where storage does: then nothing is remembered, and whoever needs storage tells. Nor is a measurement remembered that
 * was cut short, or that of an adapter without a name.
 */
export async function chooseTiles(
  gpu: GpuDevice,
  database: Promise<Database>,
  options?: MeasureOptions,
): Promise<TileChoice> {
  const { adapter } = gpu;
  const known = adapter ? await findKnown(database, adapter) : undefined;
  if (known) return (gpu.tiles = known);
  const { choice, isComplete } = await measureTiles(gpu, options);
  gpu.tiles = choice;
  if (adapter && isComplete) {
    const tiles = { choice, version: TILE_VERSION };
    // Half precision was held against the forms that these replace.
    const found = { tiles, precision: undefined, examinations: undefined };
    await database
      .then((opened) => updateAdapterRecord(opened, adapter, found))
      .catch(() => undefined);
  }
  return choice;
}

async function findKnown(
  database: Promise<Database>,
  adapter: string,
): Promise<TileChoice | undefined> {
  const record = await database
    .then((opened) => findAdapterRecord(opened, adapter))
    .catch(() => undefined);
  return record?.tiles?.version === TILE_VERSION ? record.tiles.choice : undefined;
}
