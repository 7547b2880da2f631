import { measureTiles, type MeasureOptions } from '../../engine/webgpu/products/measure-tiles';
import type { GpuDevice } from '../../engine/webgpu/device/gpu-device';
import { TILE_VERSION, type TileChoice } from '../../engine/webgpu/device/tile-choice';
import type { Database } from '../../storage/schema';
import { findAdapterRecord, updateAdapterRecord } from '../../storage/adapters';

/**
 * Chooses the fastest form of matrix products on a GPU: the one remembered for its adapter, else the one measured now, in half a second.
 *
 * If storage fails, it still chooses, but remembers nothing; a job that needs storage reports it. A measurement that was cut short, or on an
 * adapter without a name, is not remembered either.
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
    // Half precision was examined with the forms that these replace.
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
