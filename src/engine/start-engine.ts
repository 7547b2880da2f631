import * as tf from '@tensorflow/tfjs-core';
import { registerKernels } from './register-kernels';
import { findAdapter, startWebgpu, type FoundAdapter } from './webgpu/device/gpu-device';
import { OPENING_LIMIT_MS, runStage, type OnStage } from './start-stage';
import { startWasm } from './wasm/start/start-wasm';
import type { GpuFault } from './webgpu/device/gpu-fault';
import type { KernelBuild } from './wasm/kernel-module';
import type { MakeThread } from './wasm/start/start-thread';

/** `cpu` is for tests, which bring tfjs' own plain JavaScript backend. */
export type BackendChoice = 'auto' | 'cpu' | 'wasm' | 'webgpu' | 'webgpu-software';

/** Which backend runs, and why: the status line's first words. */
export interface BackendReport {
  backend: 'cpu' | 'wasm' | 'webgpu';
  /** e.g. `Apple M3`, or `2 threads`. */
  device: string;
  threads: number;
  /** Why this one: `No hardware WebGPU adapter was found.` */
  reason: string;
}

export interface BackendOptions {
  /** Of the WASM backend; undefined takes one a core. */
  threads?: number;
  /** Of the WASM backend's kernels, for tests and benchmarks; undefined takes the fastest that runs well here. */
  kernelBuild?: KernelBuild;
  /** Makes a thread of the WASM backend; undefined makes workers of this one. */
  makeThread?: MakeThread | undefined;
  /** Called with the name of each stage of the start, as it begins. */
  onStage?: OnStage;
  /** Called once when the GPU fails: nothing on it can be read any more. To select a backend again opens another device. */
  onFault?: (fault: GpuFault) => void;
}

/**
 * Starts the backend that all later work runs on: a hardware WebGPU adapter, else WASM. A software adapter is slower than WASM and
 * taken only by its own name.
 *
 * @throws where the backend asked for by name cannot run here.
 */
export async function selectBackend(
  choice: BackendChoice,
  options: BackendOptions = {},
): Promise<BackendReport> {
  registerKernels();
  if (choice === 'cpu') return selectCpu();
  if (choice === 'wasm') return selectWasm('WASM was asked for.', options);
  const { onStage } = options;
  const found = await runStage(
    'Looking for a GPU',
    { onStage, limitMs: OPENING_LIMIT_MS, wayOut: WAY_OUT },
    () => findAdapter(choice === 'webgpu-software'),
  );
  if (choice === 'auto' && (!found || found.isSoftware)) {
    const reason = found
      ? `The only WebGPU adapter, ${found.name}, is software.`
      : 'No WebGPU adapter was found.';
    return selectWasm(reason, options);
  }
  if (!found)
    throw new Error(
      'WebGPU was asked for, but this browser offers no adapter; choose auto or wasm.',
    );
  if (choice === 'webgpu' && found.isSoftware) {
    throw new Error(
      `WebGPU was asked for, but the only adapter, ${found.name}, is software; choose auto, or webgpu-software to use it.`,
    );
  }
  return selectWebgpu(found, choice, options);
}

const WAY_OUT = 'open the page with ?backend=wasm to train on the processor';

async function selectWebgpu(
  found: FoundAdapter,
  choice: BackendChoice,
  options: BackendOptions,
): Promise<BackendReport> {
  const { onStage } = options;
  await runStage('Opening the GPU', { onStage, limitMs: OPENING_LIMIT_MS, wayOut: WAY_OUT }, () =>
    startWebgpu(found, options.onFault),
  );
  const reason =
    choice === 'auto' ? 'A hardware WebGPU adapter was found.' : `${choice} was asked for.`;
  return { backend: 'webgpu', device: found.name, threads: 1, reason };
}

async function selectWasm(why: string, options: BackendOptions): Promise<BackendReport> {
  const { threads, reason } = await startWasm({
    threads: options.threads,
    build: options.kernelBuild,
    onStage: options.onStage,
    makeThread: options.makeThread,
  });
  const device = threads === 1 ? '1 thread' : `${threads} threads`;
  return { backend: 'wasm', device, threads, reason: [why, reason].filter(Boolean).join(' ') };
}

async function selectCpu(): Promise<BackendReport> {
  if (!tf.findBackendFactory('cpu'))
    throw new Error(
      "The cpu backend is for tests, which import '@tensorflow/tfjs-backend-cpu' first.",
    );
  await tf.setBackend('cpu');
  return { backend: 'cpu', device: 'JavaScript', threads: 1, reason: 'cpu was asked for.' };
}
