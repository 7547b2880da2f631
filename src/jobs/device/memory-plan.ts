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
import type { Precision } from '../../recipe/precision';
import type { TrainingDevice } from './training-device';

/** Bytes of a tab's WebAssembly heap at most, and of a GPU's memory where nothing better is known. */
const ROOM_BYTES = 4e9;
/** Bytes on a phone, whose browser ends a tab long before it reaches 4 GB. */
const PHONE_BYTES = ROOM_BYTES / 4;
/** WebGPU does not report total memory; assume it is this many times the largest buffer it allows. */
const BUFFERS_OF_ROOM = 4;
/** After memory ran out, at most this share of what was tried is tried next. */
const LESS = 0.9;

/** A plan of how a run uses the memory of a backend. */
export interface MemoryPlan {
  budget: MemoryBudget;
  /** Most word pieces of a micro-batch: what suits the encoder and the backend, or fewer where the run would exceed the budget. */
  microBatchPieces: number;
  /** Estimates the memory with micro-batches of at most so many word pieces. */
  estimate: (microBatchPieces: number) => MemoryEstimate;
}

/** Everything that decides how much memory a run takes. */
export interface RunSize {
  config: BertConfig;
  tagCount: number;
  maxPieces: number;
  /** Ids of the word pieces in train and dev; the model has the embeddings of these only. */
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
  const placed = { ...config, vocabularySize: countRows(pieceIds) };
  const estimate = (pieces: number) =>
    estimateMemory(placed, tagCount, pieces, maxPieces, backend, precision);
  const budget = await findBudget(database, device);
  const takes = (pieces: number) => estimate(pieces).peakBytes;
  const microBatchPieces = chooseMicroBatchPieces(config, backend, takes, budget.bytes);
  return { budget, microBatchPieces, estimate };
}

/**
 * Finds the memory of a backend that a run may take.
 *
 * A WebAssembly heap holds 4 GB. WebGPU does not report how much memory a GPU has or has left, so the budget is, in this order: what the
 * person stated; less than what this adapter once had no room for; else 4 GB, which graphics cards have, or four of the adapter's largest
 * buffers where that is less: a small GPU allows buffers hardly larger than the 256 MiB that every one must. A phone has at most 1 GB.
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
 * Remembers that an adapter had no room for so many bytes. If storage fails, nothing is remembered; a job that needs storage reports it.
 *
 * @param nextBytes bytes that are tried next
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
