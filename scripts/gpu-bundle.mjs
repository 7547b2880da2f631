import { join } from 'node:path';
import { build } from 'vite';
import { root } from './process.mjs';

const folder = join(root, 'bench/gpu-folder');

/**
 * Modules that stand in for those that are left out: WebAssembly, workers and Vitest, none of which a GPU needs.
 * @type {Record<string, string>}
 */
const standIns = {
  [join(root, 'src/engine/wasm/kernels/register-wasm-kernels.ts')]: join(folder, 'absent-wasm.ts'),
  [join(root, 'src/engine/wasm/start/start-wasm.ts')]: join(folder, 'absent-wasm.ts'),
  [join(root, 'test/reference/use-backend.ts')]: join(folder, 'use-webgpu.ts'),
  vitest: join(folder, 'test-runner.ts'),
};

/** @returns {import('vite').Plugin} */
function standInPlugin() {
  return {
    name: 'stand-ins',
    enforce: 'pre',
    async resolveId(source, importer, options) {
      const direct = standIns[source];
      if (direct) return direct;
      const resolved = await this.resolve(source, importer, { ...options, skipSelf: true });
      return standIns[resolved?.id ?? ''] ?? resolved;
    },
  };
}

/**
 * Bundles the benchmark and the kernel tests for Node: one file, `bench.cjs`, which needs no package.
 * @param {string} outDir is emptied
 */
export async function bundleGpuBench(outDir) {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    plugins: [standInPlugin()],
    ssr: { noExternal: true },
    build: {
      ssr: join(folder, 'main.ts'),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false, // so that a stack says where
      rolldownOptions: {
        checks: { bundlerTimings: false },
        output: { format: 'cjs', entryFileNames: 'bench.cjs', codeSplitting: false },
      },
    },
  });
  return join(outDir, 'bench.cjs');
}
