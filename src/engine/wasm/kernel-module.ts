import urls from 'virtual:wasm-kernels';
import { isSharedBuffer } from '../../browser/shared-memory';
import { fetchFile } from './start/fetch-module';

/** A kernel does one task of many; the arguments behind `scratch` are those of its source in `assembly/`. */
export type Kernel = (task: number, scratch: number, ...numbers: number[]) => void;

/** The kernels by name, over one memory. */
export type KernelExports = Readonly<Record<KernelName, Kernel>> & {
  /** Scratch of `multiply` for so many rows of one task. */
  matmulScratchBytes(rows: number, inner: number): number;
  attentionScratchBytes(pieces: number, width: number): number;
  fuses(): number;
} & Readonly<Record<KernelConstant, { value: number }>>;

/** What the host must know to count tasks; see assembly/. */
type KernelConstant =
  'TILE_ROWS' | 'TILE_COLUMNS' | 'DEPTH' | 'NUMBERS_A_TASK' | 'ROWS_A_TASK' | 'COLUMNS_A_TASK';

/** In the order by which threads know them. */
export const KERNEL_NAMES = [
  'add',
  'addParts',
  'adamw',
  'attention',
  'attentionGradient',
  'clear',
  'crossEntropy',
  'dropRows',
  'gatherRows',
  'gelu',
  'layerNorm',
  'layerNormGradient',
  'multiply',
  'multiplyNumbers',
  'residualNorm',
  'residualNormGradient',
  'segmentSum',
  'sumOfSquares',
] as const;
export type KernelName = (typeof KERNEL_NAMES)[number];

/** `relaxed` multiplies and adds in one instruction, where the browser knows it and the processor rounds once. */
export type KernelBuild = 'relaxed' | 'plain';

export interface KernelModule {
  module: WebAssembly.Module;
  build: KernelBuild;
  exports: KernelExports;
}

/** Compiles the kernels for a memory: the fastest build that runs well here, or the one asked for. */
export async function loadKernels(
  memory: WebAssembly.Memory,
  wanted?: KernelBuild,
): Promise<KernelModule> {
  const isShared = isSharedBuffer(memory.buffer);
  for (const build of wanted ? [wanted] : (['relaxed', 'plain'] as const)) {
    const url = urls[isShared ? (`${build}Shared` as const) : build];
    const bytes = await (await fetchFile(url)).arrayBuffer();
    if (!WebAssembly.validate(bytes)) continue;
    const module = await WebAssembly.compile(bytes);
    const exports = instantiateKernels(module, memory);
    // Without fused instructions, the relaxed build's larger tiles would spill.
    if (build === 'relaxed' && !wanted && !exports.fuses()) continue;
    return { module, build, exports };
  }
  throw new Error(
    wanted === 'relaxed'
      ? 'This browser does not know relaxed SIMD; choose the plain build of the kernels.'
      : 'This browser does not know WebAssembly SIMD; use a newer one.',
  );
}

export function instantiateKernels(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): KernelExports {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: fail } });
  return exports as unknown as KernelExports;
}

function fail(): never {
  throw new Error('A kernel failed.');
}
