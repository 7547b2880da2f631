/**
 * Packages that Vite prepares before it serves: it would find them in workers and tests only while these run, and reload the page under
 * them.
 */
export const browserPackages = [
  '@codemirror/commands',
  '@codemirror/state',
  '@codemirror/view',
  '@noble/hashes/sha2.js',
  '@noble/hashes/utils.js',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js',
  '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  'onnxruntime-web/wasm',
  'style-mod',
];
