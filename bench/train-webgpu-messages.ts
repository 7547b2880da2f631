import type { BertConfig } from '../src/model/bert-config';
import type { BenchBatch } from './train-cpu-messages';
import { answerWith } from './worker-call';

export interface GpuStartRequest {
  config: BertConfig;
  backend: 'webgpu' | 'webgpu-software';
  /** Ours only: kernel by kernel on tfjs' tape. */
  isEager: boolean;
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

/** A worker's two answers. */
export interface GpuPeer {
  start(request: GpuStartRequest): Promise<void>;
  step(batch: BenchBatch): Promise<GpuStepReply>;
}

/** Answers the benchmark's messages, one at a time. */
export function serveGpu(peer: GpuPeer): void {
  answerWith((request: GpuStartRequest | BenchBatch) =>
    'config' in request ? peer.start(request) : peer.step(request),
  );
}

/** Counts what is asked of the device: dispatches, and the bytes of buffers that have not been destroyed. To be called before a device is made. */
export function watchDevice(): { dispatches: number; bytes: number } {
  const seen = { dispatches: 0, bytes: 0 };
  const { dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...counts) {
    seen.dispatches++;
    return dispatchWorkgroups.apply(this, counts);
  };
  const { createBuffer } = GPUDevice.prototype;
  GPUDevice.prototype.createBuffer = function (descriptor) {
    seen.bytes += descriptor.size;
    return createBuffer.call(this, descriptor);
  };
  const { destroy } = GPUBuffer.prototype;
  const gone = new WeakSet<GPUBuffer>();
  GPUBuffer.prototype.destroy = function () {
    if (!gone.has(this)) seen.bytes -= this.size;
    gone.add(this);
    return destroy.call(this);
  };
  return seen;
}
