import { timeProducts } from '../../engine/webgpu/products/measure-tiles';
import { currentEngine } from '../../engine/engine';
import type { GpuDevice } from '../../engine/webgpu/device/gpu-device';
import type { ShapeClass } from '../../engine/webgpu/device/tile-choice';
import type { AdapterRecord, PrecisionRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { findAdapterRecord, updateAdapterRecord } from '../../storage/adapters';
import { checkHalf, HALF_BOUNDS } from '../../train/pace/check-half';
import type { Precision } from '../../train/step/gpu-trainer';

/** Raised whenever a kernel changes how it rounds: what was checked before then no longer holds. */
const CHECK_VERSION = 1;
/** A GPU that dies of being examined, or a person who leaves each time, is not asked again. */
const MOST_EXAMINATIONS = 2;

/**
 * Half precision where this GPU says that it has it (`shader-f16`), its training step is as near to that in f32 as half precision allows, and
 * its products are no slower; f32 everywhere else. As remembered for the adapter, else as found now, which takes some kernels' compiling.
 *
 * Without storage it is found anew for each backend: the caller keeps it.
 */
export async function choosePrecision(gpu: GpuDevice, database: Database): Promise<Precision> {
  const { adapter, hasHalfPrecision } = currentEngine().traits;
  if (!hasHalfPrecision) return 'f32';
  const record = adapter
    ? await findAdapterRecord(database, adapter).catch(() => undefined)
    : undefined;
  if (record?.precision?.version === CHECK_VERSION) return record.precision.choice;
  if (!record?.tiles) return (await examine(gpu)).choice;
  const { examinations = 0 } = record;
  if (examinations >= MOST_EXAMINATIONS) return 'f32';
  // Whoever needs storage tells that it failed.
  const remember = (found: Pick<AdapterRecord, 'precision' | 'examinations'>) =>
    updateAdapterRecord(database, adapter, found).catch(() => undefined);
  await remember({ examinations: examinations + 1 });
  const precision = await examine(gpu);
  await remember({ precision, examinations: undefined });
  return precision.choice;
}

/**
 * What half precision does on a device: whether a step in it is sound, and whether products are faster.
 *
 * @param shapeClass of the products that are timed; the large ones by default
 */
export async function examine(gpu: GpuDevice, shapeClass?: ShapeClass): Promise<PrecisionRecord> {
  const check = await checkHalf();
  const isSound =
    check.lossApart <= HALF_BOUNDS.lossApart && check.gradientsApart <= HALF_BOUNDS.gradientsApart;
  const ms = await timeProducts(gpu, 'f32', shapeClass);
  const halfMs = await timeProducts(gpu, 'f16', shapeClass);
  return {
    ...{ ...check, speedup: ms / halfMs, version: CHECK_VERSION },
    choice: isSound && halfMs <= ms ? 'f16' : 'f32',
  };
}
