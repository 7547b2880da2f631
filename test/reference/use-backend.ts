import '@tensorflow/tfjs-backend-cpu';
import { selectBackend, type BackendReport } from '../../src/engine/start-engine';
import type { KernelBuild } from '../../src/engine/wasm/kernel-module';

/**
 * Backends that every op runs on: `wasm` with two threads and the fastest kernels, `wasm-plain` with one thread and the kernels of a browser without
 * relaxed SIMD; webgpu is the software adapter, so that results do not depend on a test machine's GPU.
 */
export const backends = ['cpu', 'wasm', 'wasm-plain', 'webgpu'] as const;

/** Starts a backend for the tests that follow. @throws where it is absent: a missing backend fails, it never skips. */
export async function useBackend(
  name: (typeof backends)[number],
  threads = name === 'wasm-plain' ? 1 : 2,
  kernelBuild: KernelBuild | undefined = name === 'wasm-plain' ? 'plain' : undefined,
): Promise<BackendReport> {
  const wanted = name === 'wasm-plain' ? 'wasm' : name;
  const report = await selectBackend(wanted === 'webgpu' ? 'webgpu-software' : wanted, {
    threads,
    ...(kernelBuild ? { kernelBuild } : {}),
  });
  if (report.backend !== wanted)
    throw new Error(`Expected to run on ${wanted}, got ${report.backend}: ${report.reason}`);
  return report;
}
