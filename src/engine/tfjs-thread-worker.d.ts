/** What tfjs publishes as the script of its threads, without types of its own. */
declare module '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.worker.js' {
  const script: { wasmWorkerContents: string };
  export default script;
}
