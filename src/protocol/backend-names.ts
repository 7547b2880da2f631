import type { BackendReport } from '../engine/start-engine';

/** As a person reads them. */
export const BACKEND_NAMES: Readonly<Record<BackendReport['backend'], string>> = {
  wasm: 'WebAssembly',
  webgpu: 'WebGPU',
  cpu: 'JavaScript',
};
