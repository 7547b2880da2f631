import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { browserPackages } from './scripts/browser-packages.mjs';
import { isolationHeaders } from './scripts/isolation-headers.mjs';
import { nearLineGaps } from './scripts/near-line-gaps.mjs';
import { policyInPage, securityHeaders } from './scripts/security-headers.mjs';
import { wasmKernels } from './scripts/wasm-kernels.mjs';

/** A static site with relative paths. The build is served with all security headers, the sources only with those that threads need. */
export default defineConfig({
  base: './',
  plugins: [svelte(), policyInPage(), wasmKernels(), nearLineGaps()],
  optimizeDeps: { include: browserPackages, rolldownOptions: { plugins: [nearLineGaps()] } },
  worker: { format: 'es', plugins: () => [wasmKernels()] },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { checks: { bundlerTimings: false } }, // a slow machine is no warning
  },
  server: { headers: isolationHeaders, port: 4174 },
  preview: { headers: securityHeaders, port: 4173, strictPort: true },
});
