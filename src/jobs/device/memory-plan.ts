import { currentEngine } from '../../engine/engine';
import type { BertConfig } from '../../model/bert-config';
import { countRows } from '../../model/word-table';
import type { MemoryBudget } from '../../protocol/train-calls';
import { findAdapterRecord, updateAdapterRecord } from '../../storage/adapters';
import type { Database } from '../../storage/schema';
import {
  chooseMicroBatchPieces,
  estimateMemory,
  type MemoryEstimate,
} from '../../train/pace/estimate';
import type { Precision } from '../../train/step/gpu-trainer';
import type { TrainingDevice } from './training-device';

/** What a browser gives a tab's WebAssembly heap at most, and what a GPU is taken to have where nothing better is known. */
const ROOM_BYTES = 4e9;
/** On a phone, whose browser ends a tab long before that. */
const PHONE_BYTES = ROOM_BYTES / 4;
/** Of a GPU's memory, so many of the largest buffers that it offers. */
const BUFFERS_OF_ROOM = 4;
/** What is tried after memory ran out is less than what was tried before by at least this factor. */
const LESS = 0.9;

/** How a run is to use the memory of a backend. */
export interface MemoryPlan {
  budget: MemoryBudget;
  /** Of a micro-batch at most: what suits the encoder and the backend, or fewer, so that the run keeps to the budget if it can. */
  microBatchPieces: number;
  estimate: (microBatchPieces: number) => MemoryEstimate;
}

/** What decides how much memory a run takes. */
export interface RunSize {
  config: BertConfig;
  tagCount: number;
  maxPieces: number;
  /** Of train and dev: a GPU has the embeddings of these only. */
  pieceIds: ReadonlySet<number>;
  precision: Precision;
}

/** The part of a device that decides its budget. */
type BudgetedDevice = Pick<TrainingDevice, 'backend' | 'memoryBytes'>;

/** Plans the memory of a run on a device: what it may take, and how large its micro-batches are. */
export async function planMemory(
  database: Database,
  device: BudgetedDevice,
  { config, tagCount, maxPieces, pieceIds, precision }: RunSize,
): Promise<MemoryPlan> {
  const { backend } = device.backend;
  const placed = backend === 'webgpu' ? { ...config, vocabularySize: countRows(pieceIds) } : config;
  const estimate = (pieces: number) =>
    estimateMemory(placed, tagCount, pieces, maxPieces, backend, precision);
  const budget = await findBudget(database, device);
  const takes = (pieces: number) => estimate(pieces).peakBytes;
  const microBatchPieces = chooseMicroBatchPieces(config, backend, takes, budget.bytes);
  return { budget, microBatchPieces, estimate };
}

/**
 * What a run may take of a backend's memory.
 *
 * A WebAssembly heap holds 4 GB. WebGPU tells nobody how much memory a GPU has or has left, so for one it is, in this order: what the person
 * stated; less than what this adapter once had no room for; else 4 GB, which graphics cards have, or four of the adapter's largest buffers
 * where that is less, since a small GPU offers few times the 256 MiB that each must. On a phone it is at most a quarter of 4 GB.
 */
async function findBudget(
  database: Database,
  { backend: { backend }, memoryBytes }: BudgetedDevice,
): Promise<MemoryBudget> {
  const most: MemoryBudget = /\b(Mobi|Android|iPhone)/.test(navigator.userAgent)
    ? { bytes: PHONE_BYTES, from: 'phone' }
    : { bytes: ROOM_BYTES, from: 'heap' };
  if (backend !== 'webgpu') return most;
  if (memoryBytes !== undefined) return { bytes: memoryBytes, from: 'stated' };
  const { adapter, largestBufferBytes } = currentEngine().traits;
  const known = adapter ? await findAdapterRecord(database, adapter) : undefined;
  if (known?.memoryBytes !== undefined) return { bytes: known.memoryBytes, from: 'ran-out' };
  const bytes = Math.min(most.bytes, BUFFERS_OF_ROOM * largestBufferBytes);
  return { bytes, from: most.from === 'phone' ? 'phone' : 'assumed' };
}

/**
 * Remembers for an adapter that it had no room for so many bytes. Where storage fails nothing is remembered, and whoever needs storage tells.
 *
 * @param nextBytes what is tried now
 */
export async function rememberShortage(
  database: Database,
  adapter: string,
  failedBytes: number,
  nextBytes: number,
): Promise<void> {
  if (!adapter) return;
  const memoryBytes = Math.min(nextBytes, LESS * failedBytes);
  await updateAdapterRecord(database, adapter, { memoryBytes }).catch(() => undefined);
}
