import { selectBackend, type BackendReport } from '../../src/engine/start-engine';
import { AbsentBackend } from './absent-wasm';

// In the folder's bundle this stands in for test/reference/use-backend.ts.

export const backends = ['webgpu'] as const;

/** Starts WebGPU on whatever adapter there is. @throws AbsentBackend for any other backend. */
export async function useBackend(name: string): Promise<BackendReport> {
  if (name !== 'webgpu') throw new AbsentBackend(`The folder has no ${name}.`);
  return selectBackend('webgpu-software'); // by this name any adapter is taken
}
