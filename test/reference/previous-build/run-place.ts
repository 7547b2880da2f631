import { selectBackend } from '../../../src/engine/start-engine';
import type { TrainContext } from '../../../src/jobs/run/run-context';
import type { RunEvent } from '../../../src/protocol/train-calls';
import type { Database } from '../../../src/storage/schema';
import { RunControl } from '../../../src/train/run-control';

/**
 * Starts the context of the kept runs: the CPU engine's kernels without relaxed SIMD, which round alike on every processor, and micro-batches
 * of 24 pieces, so that a step has several.
 */
export async function startRunPlace(
  database: Database,
  onEvent: (event: RunEvent) => void = () => undefined,
): Promise<TrainContext> {
  return {
    database,
    device: {
      backend: await selectBackend('wasm', { threads: 1, kernelBuild: 'plain' }),
      measureMemory: () => 0,
    },
    control: new RunControl(),
    onEvent,
    microBatchPieces: 24,
  };
}
