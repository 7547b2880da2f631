import urls from 'virtual:wasm-kernels';
import { isSharedBuffer } from '../../browser/shared-memory';
import { fetchFile } from './start/fetch-module';

/** Does one task of many; the arguments behind `scratch` are those of the kernel's source in `assembly/`. */
export type Kernel = (task: number, scratch: number, ...numbers: number[]) => void;

/** The kernels by name, over one memory. */
export type KernelExports = Readonly<Record<WasmKernelName, Kernel>> & {
  /** Computes the scratch that `multiply` needs for so many rows of one task. */
  matmulScratchBytes(rows: number, inner: number): number;
  attentionScratchBytes(pieces: number, width: number): number;
  fuses(): number;
} & Readonly<Record<KernelConstant, { value: number }>>;

/** Constants by which the host counts tasks; see assembly/. */
type KernelConstant =
  'TILE_ROWS' | 'TILE_COLUMNS' | 'DEPTH' | 'NUMBERS_A_TASK' | 'ROWS_A_TASK' | 'COLUMNS_A_TASK';

/** Names of the kernels; threads tell each other a kernel by its index here. */
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
  'geluNew',
  'layerNorm',
  'layerNormGradient',
  'multiply',
  'multiplyNumbers',
  'relu',
  'residualNorm',
  'residualNormGradient',
  'segmentSum',
  'sumOfSquares',
] as const;
export type WasmKernelName = (typeof KERNEL_NAMES)[number];

/** A build of the kernels. `relaxed` multiplies and adds in one instruction: it needs a browser that knows relaxed SIMD, and a processor that fuses. */
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
