import type { RunEstimate } from '../protocol/train-calls';
import { countOf, formatBytes, roughDuration } from './quantities';

/** A browser gives a tab's WebAssembly heap at most 4 GB. */
const heapLimitBytes = 4e9;

/** What a run will cost, in sentences: time, memory, storage, and whether it fits. */
export function describeCost(epochs: number, estimate: RunEstimate): string {
  const { seconds, memoryBytes, storageBytes, storageFreeBytes } = estimate;
  const cost = `${countOf(epochs, 'epoch')} ${epochs === 1 ? 'takes' : 'take'} about ${roughDuration(seconds)} here, ${formatBytes(memoryBytes)} of memory and ${formatBytes(storageBytes)} of storage.`;
  if (storageBytes > storageFreeBytes) {
    return `${cost} It does not fit: the browser grants ${formatBytes(storageFreeBytes)} more. Delete runs or models you no longer need.`;
  }
  if (memoryBytes > heapLimitBytes) {
    return `${cost} That is more than a tab may hold: choose smaller batches, a shorter window, or a smaller encoder.`;
  }
  return `${cost} It fits.`;
}
