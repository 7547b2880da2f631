import type { RunEstimate, RunRequest } from '../protocol/train-calls';
import type { RunPlace } from './train-run';
export function estimateRun(_place: RunPlace, _request: RunRequest): Promise<RunEstimate> {
  return Promise.resolve({
    seconds: 1,
    memoryBytes: 1,
    storageBytes: 1,
    storageFreeBytes: 2,
    piecesPerSecond: 1,
  });
}
