/** Thrown where the folder is asked for a backend that it does not have. */
export class AbsentBackend extends Error {
  override name = 'AbsentBackend';
}

const absent = (): never => {
  throw new AbsentBackend('The folder has WebGPU alone.');
};

// In the folder's bundle these stand in for what brings modules of WebAssembly and workers: register-wasm-kernels.ts, wasm-backend.ts and
// kernel-pool.ts of src/engine.
export const startWasm = absent;
export const currentPool = absent;
export const registerWasmKernels = (): void => undefined;
