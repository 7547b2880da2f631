import { measureTiles, type MeasureOptions } from '../../engine/webgpu/products/measure-tiles';
import type { GpuBackend } from '../../engine/webgpu/device/gpu-backend';
import { TILE_VERSION, type TileChoice } from '../../engine/webgpu/products/tile-choice';
import type { Database } from '../../storage/schema';
import { findAdapterRecord, updateAdapterRecord } from '../../storage/adapters';

/**
 * Chooses the fastest form of matrix products on a GPU: the one remembered for its adapter, else the one measured now, in half a second.
 *
 * If storage fails, it still chooses, but remembers nothing; a job that needs storage reports it. A measurement that was cut short, or on an
 * adapter without a name, is not remembered either.
 */
export async function chooseTiles(
  backend: GpuBackend,
  database: Promise<Database>,
  options?: MeasureOptions,
): Promise<TileChoice> {
  const { adapter } = backend;
  const known = adapter ? await findKnown(database, adapter) : undefined;
  if (known) return (backend.tiles = known);
  const { choice, isComplete } = await measureTiles(backend, options);
  backend.tiles = choice;
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
