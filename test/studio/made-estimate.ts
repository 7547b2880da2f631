import type { RunEstimate } from '../../src/protocol/train-calls';

/** Estimate for a MiniLM on the CPU. */
export const madeEstimate: RunEstimate = {
  time: { seconds: 840, secondsPerEpoch: 280, piecesPerSecond: 4210 },
  memoryBytes: 1.1e9,
  modelBytes: 0.56e9,
  memoryBudget: { bytes: 4e9, from: 'heap' },
  storageBytes: 0.4e9,
  roomBytes: 0.12e9,
  storageFreeBytes: 9e9,
};
