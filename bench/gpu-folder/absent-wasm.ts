/** Thrown where the folder is asked for a backend that it does not have. */
export class AbsentBackend extends Error {
  override name = 'AbsentBackend';
}

const absent = (): never => {
  throw new AbsentBackend('The folder has WebGPU alone.');
};

// In the folder's bundle these stand in for the parts of src/engine/wasm that bring modules of WebAssembly and workers: start-wasm.ts and
// register-wasm-kernels.ts.
export const startWasm = absent;
export const registerWasmKernels = (): void => undefined;
