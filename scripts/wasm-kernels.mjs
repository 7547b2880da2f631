import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import asc from 'assemblyscript/asc';

const root = join(import.meta.dirname, '..');
const defaultCache = join(root, 'node_modules/.cache/wasm-kernels');

/**
 * A module in AssemblyScript: who imports its name gets the addresses of its builds. `folder` has all its sources, and the entry, `index.ts`.
 * @typedef {{
 *   name: `virtual:${string}`,
 *   folder: string,
 *   builds: Readonly<Record<string, readonly string[]>>,
 * }} WasmModule
 */

const relaxed = ['--enable', 'relaxed-simd'];
const memory = ['--importMemory', '--maximumMemory', '65536'];
const sharedMemory = [...memory, '--enable', 'threads', '--sharedMemory'];

/**
 * The CPU engine's kernels. A shared memory is another type of import, and relaxed SIMD is refused as a whole where it is not known.
 * @type {WasmModule}
 */
export const kernels = {
  name: 'virtual:wasm-kernels',
  folder: 'src/engine/wasm/assembly',
  builds: {
    relaxed: [...memory, ...relaxed],
    plain: memory,
    relaxedShared: [...sharedMemory, ...relaxed],
    plainShared: sharedMemory,
  },
};

/**
 * Kernel that measures the processor's ceiling, for the benchmark; it has no memory.
 * @type {WasmModule}
 */
export const wasmCeiling = {
  name: 'virtual:wasm-ceiling',
  folder: 'bench/ceiling/assembly',
  builds: { relaxed, plain: [] },
};

const options = [
  ...['--runtime', 'stub', '--enable', 'simd', '-O3', '--noAssert', '--noExportMemory'],
  ...['--disableWarning', '112'], // vectors as parameters: only JavaScript could not pass them
];

/** Vite's plugin that compiles a module from AssemblyScript, once for each state of its sources. */
export function wasmKernels(module = kernels) {
  const { name } = module;
  return {
    name,
    /** @param {string} id */
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    /** @param {string} id */
    async load(id) {
      if (id !== `\0${name}`) return undefined;
      const paths = await buildModule(module);
      const imports = Object.entries(paths).map(
        ([name, path]) => `import ${name} from ${JSON.stringify(`${path}?url&no-inline`)};`,
      );
      return `${imports.join('\n')}\nexport default { ${Object.keys(paths).join(', ')} };`;
    },
  };
}

/**
 * The paths of the builds; compiled where the cache lacks them.
 * @param {WasmModule} module
 * @param {string} cache
 */
export async function buildModule({ folder, builds }, cache = defaultCache) {
  const sources = join(root, folder);
  const names = (await readdir(sources)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(sources, name), 'utf8')));
  const state = JSON.stringify([asc.version, options, builds, texts]);
  const target = join(cache, createHash('sha256').update(state).digest('hex').slice(0, 16));
  await mkdir(target, { recursive: true });
  /** @type {Record<string, string>} */
  const paths = {};
  for (const [build, flags] of Object.entries(builds)) {
    paths[build] = join(target, `kernels-${build}.wasm`);
    if (!(await isThere(paths[build])))
      await compile(join(sources, 'index.ts'), flags, paths[build]);
  }
  return paths;
}

/** @param {string} entry @param {readonly string[]} flags @param {string} path */
async function compile(entry, flags, path) {
  const unfinished = `${path}.${randomUUID()}`; // the page's build and the workers' compile at the same time
  const { error, stderr } = await asc.main([entry, '--outFile', unfinished, ...options, ...flags], {
    stdout: asc.createMemoryStream(),
    writeFile: (file, bytes) => writeFile(file, bytes),
  });
  if (error) throw new Error(`${entry} does not compile.\n${stderr.toString()}`, { cause: error });
  await rename(unfinished, path);
}

/** @param {string} path */
function isThere(path) {
  return access(path).then(
    () => true,
    () => false,
  );
}
