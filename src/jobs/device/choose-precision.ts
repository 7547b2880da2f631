import { timeProducts } from '../../engine/webgpu/products/measure-tiles';
import { currentEngine } from '../../engine/engine';
import type { GpuDevice } from '../../engine/webgpu/device/gpu-device';
import type { ShapeClass } from '../../engine/webgpu/device/tile-choice';
import type { AdapterRecord, PrecisionRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { findAdapterRecord, updateAdapterRecord } from '../../storage/adapters';
import { checkHalf, HALF_BOUNDS } from '../../train/pace/check-half';
import type { Precision } from '../../recipe/precision';

/** Version of the examination. It is raised whenever a kernel rounds differently: older outcomes no longer hold. */
const CHECK_VERSION = 1;
/** Number of examinations that are begun on one adapter: the GPU may fail each time, or the person leave. */
const MOST_EXAMINATIONS = 2;

/**
 * Chooses half precision where the GPU has it (`shader-f16`), a training step in it is as near to one in f32 as half precision allows, and
 * matrix products are no slower; f32 everywhere else. The choice is remembered for the adapter; the first time, some kernels are compiled.
 *
 * Without storage the GPU is examined for each backend: the caller keeps the choice.
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
  // If storage fails, a job that needs it reports it.
  const remember = (found: Pick<AdapterRecord, 'precision' | 'examinations'>) =>
    updateAdapterRecord(database, adapter, found).catch(() => undefined);
  await remember({ examinations: examinations + 1 });
  const precision = await examine(gpu);
  await remember({ precision, examinations: undefined });
  return precision.choice;
}

/**
 * Examines half precision on a device: whether a step in it is sound, and whether matrix products are faster.
 *
 * @param shapeClass class of the products that are timed; the large ones by default
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
