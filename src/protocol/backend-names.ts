import type { BackendReport } from '../engine/start-engine';

/** Names of the backends on the page. */
export const BACKEND_NAMES: Readonly<Record<BackendReport['backend'], string>> = {
  wasm: 'WebAssembly',
  webgpu: 'WebGPU',
  cpu: 'JavaScript',
};
