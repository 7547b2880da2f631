import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { browserPackages } from './scripts/browser-packages.mjs';
import { isolationHeaders } from './scripts/isolation-headers.mjs';

/** A static site with relative paths; the same isolation headers from every server we start. */
export default defineConfig({
  base: './',
  plugins: [svelte()],
  optimizeDeps: { include: browserPackages },
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { checks: { bundlerTimings: false } }, // a slow machine is no warning
  },
  server: { headers: isolationHeaders, port: 4174 },
  preview: { headers: isolationHeaders, port: 4173, strictPort: true },
});
