import type { BertConfig } from '../src/model/bert-config';
import type { Precision } from '../src/recipe/precision';
import type { BenchBatch } from './train-cpu-messages';
import { answerWith } from './worker-call';

export interface GpuStartRequest {
  config: BertConfig;
  backend: 'webgpu' | 'webgpu-software';
  /** Ours only; f32 by default. */
  precision?: Precision;
  /** Ours only: word pieces that the corpus has; absent for all of the vocabulary. */
  pieces?: number;
}

export interface GpuStepReply {
  ms: number;
  loss: number;
  /** JavaScript before the device is waited for. */
  jsMs?: number;
  /** All buffers of the device. */
  gpuBytes?: number;
  /** 0 where none was captured. */
  dispatches?: number;
}

export interface GpuMemory {
  /** Bytes of the device in all. */
  gpuBytes: number;
  /** Bytes among them that the captured steps share. */
  arenaBytes: number;
}

/** A worker's answers. */
export interface GpuPeer {
  start(request: GpuStartRequest): Promise<void>;
  step(batch: BenchBatch): Promise<GpuStepReply>;
  /** Takes the memory for batches of such shapes. Ours only. */
  reserve?(batches: readonly BenchBatch[]): GpuMemory;
}

/** Answers the benchmark's messages, one at a time. */
export function serveGpu(peer: GpuPeer): void {
  answerWith((request: GpuStartRequest | BenchBatch | BenchBatch[]) => {
    if ('config' in request) return peer.start(request);
    return Array.isArray(request) ? peer.reserve?.(request) : peer.step(request);
  });
}

/** Counts what is asked of the device: dispatches, and the bytes of buffers that have not been destroyed. To be called before a device is made. */
export function watchDevice(): { dispatches: number; bytes: number } {
  const seen = { dispatches: 0, bytes: 0 };
  const gone = new WeakSet<GPUBuffer>();
  wrap(GPUComputePassEncoder.prototype, 'dispatchWorkgroups', () => seen.dispatches++);
  wrap(GPUDevice.prototype, 'createBuffer', (_, { size }) => (seen.bytes += size));
  wrap(GPUBuffer.prototype, 'destroy', (buffer) => {
    if (!gone.has(buffer)) seen.bytes -= buffer.size;
    gone.add(buffer);
  });
  return seen;
}

/** Calls `watch` before each call of a method. */
function wrap<Owner extends object, Name extends keyof Owner>(
  owner: Owner,
  name: Name,
  watch: (
    self: Owner,
    ...values: Owner[Name] extends (...values: infer Values) => unknown ? Values : never
  ) => void,
): void {
  const published = owner[name] as (...values: unknown[]) => unknown;
  owner[name] = function (this: Owner, ...values: never) {
    watch(this, ...values);
    return published.apply(this, values);
  } as Owner[Name];
}
