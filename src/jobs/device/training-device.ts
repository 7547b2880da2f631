import type { BackendReport } from '../../engine/start-engine';
import { BACKEND_NAMES } from '../../protocol/backend-names';
import type { Precision } from '../../recipe/precision';

/** The backend that runs are computed on, and what was asked of it. */
export interface TrainingDevice {
  /** Report of the backend's start: which one it is, on which device. */
  backend: BackendReport;
  /** Bytes of a GPU's memory that a run may take; absent where the person stated none. See `BackendRequest`. */
  memoryBytes?: number;
  /** Counts the bytes that the backend holds now. */
  measureMemory: () => number;
  /** Chooses the precision of a new run's steps; where it is absent they are f32. */
  choosePrecision?: () => Promise<Precision>;
  /** Opens a failed GPU anew, or another backend where that fails; where it is absent, a GPU that fails ends its run. */
  restart?: () => Promise<BackendReport>;
}

/** Names a backend as a run's record does. A run in half precision continues in f32 on a CPU. */
export function nameBackend(
  { backend, device }: BackendReport,
  precision: Precision = 'f32',
): string {
  const isHalf = backend === 'webgpu' && precision === 'f16';
  return `${BACKEND_NAMES[backend]}, ${device}${isHalf ? ', half precision' : ''}`;
}
