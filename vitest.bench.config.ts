import { playwright } from '@vitest/browser-playwright';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './scripts/launch-options.mjs';
import { browserPackages } from './scripts/browser-packages.mjs';
import { isolationHeaders } from './scripts/isolation-headers.mjs';
import { receiveFiles } from './scripts/receive-files.mjs';
import { wasmCeiling, wasmKernels } from './scripts/wasm-kernels.mjs';

/** Benchmarks are test files that log a table: `*.bench.ts` in Node, `*.browser.bench.ts` in Chromium, one at a time. */
export default defineConfig({
  cacheDir: 'node_modules/.vite/bench', // apart from the tests', which prepare fewer packages
  plugins: [svelte(), wasmKernels(), wasmKernels(wasmCeiling), receiveFiles('.cache/parity')],
  worker: { format: 'es', plugins: () => [wasmKernels(), wasmKernels(wasmCeiling)] },
  optimizeDeps: { include: [...browserPackages, '@jax-js/jax'] },
  server: { headers: isolationHeaders, fs: { allow: ['.', '../shared/data'] } },
  test: {
    testTimeout: 1_800_000,
    hookTimeout: 1_800_000,
    fileParallelism: false,
    reporters: [['default', { summary: false }]],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['bench/**/*.bench.ts'],
          exclude: ['bench/**/*.browser.bench.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['bench/**/*.browser.bench.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions() }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
});
