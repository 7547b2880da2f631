import { currentEngine } from '../../engine/engine';
import { GpuFault } from '../../engine/webgpu/device/gpu-fault';
import { rememberShortage } from '../device/memory-plan';
import type { PreparedRun } from './prepare-run';
import type { TrainContext } from './run-context';

/** Fewest word pieces of a micro-batch that a shortage of memory leads to. */
const LEAST_PIECES = 64;

/** Returns the fault that a new device may mend; undefined for any other failure, as for work that a GPU would refuse again. */
export function findMendable(failure: Error | undefined): GpuFault | undefined {
  return failure instanceof GpuFault && failure.kind !== 'refused' ? failure : undefined;
}

/**
 * Opens a failed GPU anew. If its memory ran out, micro-batches have half the word pieces from now on, in the same effective batches, and
 * later runs on this adapter are planned with less memory.
 *
 * @returns the context that the run continues in, from its last checkpoint.
 * @throws where no backend can be opened.
 */
export async function recoverGpu(
  context: TrainContext,
  restart: NonNullable<TrainContext['device']['restart']>,
  { options: { microBatchPieces }, estimateMemory }: PreparedRun,
  { kind }: GpuFault,
): Promise<TrainContext> {
  const { database, device, onEvent } = context;
  const isFull = kind === 'out-of-memory';
  const half = Math.max(LEAST_PIECES, Math.floor(microBatchPieces / 2));
  const message = isFull
    ? `The GPU ran out of memory; the run goes on from its last checkpoint, ${half} pieces at once. Its steps stay the same.`
    : 'The GPU was lost; the run goes on from its last checkpoint.';
  onEvent({ kind: 'gpu-fault', message });
  if (isFull) {
    const [failed, next] = [estimateMemory(microBatchPieces), estimateMemory(half)];
    const { adapter } = currentEngine().traits;
    await rememberShortage(database, adapter, failed.peakBytes, next.peakBytes);
  }
  const backend = await restart();
  return {
    ...context,
    hasBegun: true,
    ...(isFull ? { microBatchPieces: half } : {}),
    device: { ...device, backend },
  };
}
