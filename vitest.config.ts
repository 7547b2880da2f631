import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { browserPackages } from './scripts/browser-packages.mjs';
import { isolationHeaders } from './scripts/isolation-headers.mjs';
import { launchOptions } from './scripts/launch-options.mjs';
import { LongestFirst } from './scripts/longest-first.mjs';
import { nearLineGaps } from './scripts/near-line-gaps.mjs';
import { wasmKernels } from './scripts/wasm-kernels.mjs';

/** Tests in Chromium whose kernels run on the GPU device of their page: in one page, each is compiled once. */
const onGpu = [
  ...['test/engine/ops', 'test/engine/webgpu', 'test/model', 'test/train', 'test/jobs/device'].map(
    (folder) => `${folder}/**/*.browser.test.ts`,
  ),
  'test/jobs/{gpu-parity,run/kill-run-webgpu}.browser.test.ts',
];
/** Tests whose bounds are of time: nothing else runs beside them. */
const alone = ['test/jobs/run/gpu-recovery.browser.test.ts'];

/** Makes the settings of tests in Chromium, where each instance is a browser of its own with one page. */
function inChromium(
  instances: { name: string; include?: string[]; exclude?: string[] }[],
): TestProjectInlineConfiguration['test'] {
  return {
    include: ['test/**/*.browser.test.ts'],
    // A page keeps its modules and its GPU from file to file: to load and compile them anew takes longer than most tests.
    isolate: false,
    setupFiles: ['test/fresh-address.ts'],
    maxWorkers: Math.max(1, Math.floor(availableParallelism() / instances.length)),
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: launchOptions() }),
      instances: instances.map((instance) => ({ browser: 'chromium', ...instance })),
    },
  };
}

export default defineConfig({
  plugins: [svelte(), wasmKernels()],
  worker: { format: 'es', plugins: () => [wasmKernels()] },
  optimizeDeps: { include: browserPackages, rolldownOptions: { plugins: [nearLineGaps()] } },
  server: { headers: isolationHeaders },
  test: {
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000, interval: 20 } }, // a wait ends with what it waits for
    // Vitest leaves a core free by itself; a computer of two would run one file at a time.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.browser.test.ts', 'test/e2e/**'],
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          // Two browsers side by side: a page at work does not wait for the GPU process in which kernels are compiled.
          ...inChromium([
            { name: 'browser on the GPU', include: onGpu },
            { name: 'browser without', exclude: [...onGpu, ...alone] },
          ]),
        },
      },
      {
        extends: true,
        test: {
          name: 'browser after',
          sequence: { groupOrder: 1 },
          ...inChromium([{ name: 'browser alone', include: alone }]),
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          maxConcurrency: 3, // browsers of the tests of one file that are concurrent
        },
      },
    ],
  },
});
