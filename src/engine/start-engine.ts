import * as tf from '@tensorflow/tfjs-core';
import { cpuEngine } from './cpu/cpu-engine';
import { provideEngine, type BackendName } from './engine';
import { registerKernels } from './register-kernels';
import { findAdapter, startWebgpu, type FoundAdapter } from './webgpu/device/start-webgpu';
import { OPENING_LIMIT_MS, runStage, type OnStage } from './start-stage';
import { startWasm } from './wasm/start/start-wasm';
import type { GpuFault } from './webgpu/device/gpu-fault';
import type { KernelBuild } from './wasm/kernel-module';
import type { MakeThread } from './wasm/start/start-thread';

/** A backend to start; `cpu` is for tests, which bring tfjs' plain JavaScript backend along. */
export type BackendChoice = 'auto' | 'cpu' | 'wasm' | 'webgpu' | 'webgpu-software';

/** The backend that runs, and why it does: the status line's first words. */
export interface BackendReport {
  backend: BackendName;
  /** Name of the adapter, as `Apple M3`, or the number of threads, as `2 threads`. */
  device: string;
  threads: number;
  /** Reason for this backend, as a sentence: `No WebGPU adapter was found.` */
  reason: string;
}

export interface BackendOptions {
  /** Threads of the WASM backend; undefined takes one for each core, of more than four cores for each second one. */
  threads?: number;
  /** Build of the WASM backend's kernels, for tests and benchmarks; undefined takes the fastest that runs well here. */
  kernelBuild?: KernelBuild;
  /** Maker of the WASM backend's threads; undefined makes workers of this one. */
  makeThread?: MakeThread | undefined;
  /** Listener that is told the name of each stage of the start, as it begins. */
  onStage?: OnStage;
  /** Listener that is called once, when the GPU fails and nothing on it can be read any more. Selecting a backend again opens another device. */
  onFault?: (fault: GpuFault) => void;
}

/**
 * Starts the backend that all later work runs on. `auto` takes a hardware WebGPU adapter where there is one, else WASM. A software adapter is
 * slower than WASM, so only `webgpu-software` takes it.
 *
 * @example
 *   await selectBackend('wasm', { threads: 2 });
 *   // → { backend: 'wasm', device: '2 threads', threads: 2, reason: 'WASM was asked for.' }
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
  provideEngine(cpuEngine);
  await tf.setBackend('cpu');
  return { backend: 'cpu', device: 'JavaScript', threads: 1, reason: 'cpu was asked for.' };
}
