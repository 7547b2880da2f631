import '@tensorflow/tfjs-backend-cpu';
import { selectBackend, type BackendReport } from '../../src/engine/backend';

/** The backends that every op runs on; webgpu is the software adapter here, so that results do not depend on a test machine's GPU. */
export const backends = ['cpu', 'wasm', 'webgpu'] as const;

/** Starts a backend for the tests that follow. @throws where it is absent: a missing backend fails, it never skips. */
export async function useBackend(
  name: (typeof backends)[number],
  threads = 2,
): Promise<BackendReport> {
  const report = await selectBackend(name === 'webgpu' ? 'webgpu-software' : name, { threads });
  if (report.backend !== name)
    throw new Error(`Expected to run on ${name}, got ${report.backend}: ${report.reason}`);
  return report;
}
