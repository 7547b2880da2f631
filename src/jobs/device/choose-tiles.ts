import { measureTiles, type MeasureOptions } from '../../engine/webgpu/products/measure-tiles';
import type { GpuBackend } from '../../engine/webgpu/device/gpu-backend';
import { TILE_VERSION, type TileChoice } from '../../engine/webgpu/products/tile-choice';
import type { Database } from '../../storage/schema';
import { findAdapterRecord, updateAdapterRecord } from '../../storage/adapters';

/**
 * Lets a GPU compute products the way it does fastest: as remembered for its adapter, else as measured now, which takes half a second.
 *
 * It must not fail where storage does: then nothing is remembered, and whoever needs storage tells. Nor is a measurement remembered that
 * was cut short, or that of an adapter without a name.
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
