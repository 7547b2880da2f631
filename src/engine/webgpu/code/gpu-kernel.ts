import type { TensorPlace } from './buffer-part';
import type { KernelNumber, NumberForm } from './kernel-numbers';

/**
 * How a kernel binds a tensor.
 *
 * A tensor bound to `write` may also be read. One bound as `vec4f` is read by `get_NAME(index)` and written by `set_NAME(index, value)`.
 * `vec4f or half` allows nothing else, because such a tensor may be stored in half precision. Inside a kernel all numbers are f32.
 */
export type BindingForm =
  `${'read' | 'write'} ${'f32' | 'i32' | 'u32' | 'vec4f'}` | `${'read' | 'write'} ${typeof HALF}`;
const HALF = 'vec4f or half';

/**
 * A kernel in WGSL.
 *
 * `code` is the body of the function that every lane (an invocation, in WGSL's words) runs; it may call `functions`. It knows its tensors by
 * name, as arrays, and its numbers as fields of `numbers`. It also knows `group`, the index of its workgroup, and `lane`, its index in that.
 */
export interface GpuKernel<Tensors extends string = string, Numbers extends string = string> {
  /** Name that timelines show. Together with `variant` it identifies the kernel. */
  readonly name: string;
  /** Every constant that the code was made with. */
  readonly variant?: string;
  /** Lanes of a workgroup. */
  readonly lanes: number;
  readonly tensors: Readonly<Record<Tensors, BindingForm>>;
  readonly numbers: Readonly<Record<Numbers, NumberForm>>;
  readonly functions?: string;
  readonly code: string;
  /** Elementwise kernels that may be fused into this kernel's store, by name. */
  readonly epilogues?: Readonly<Record<string, Epilogue>>;
}

/** How a kernel takes on the work of another, which treats each number of its output. */
export interface Epilogue {
  /** Tensor that the one would hand over to the other. */
  output: string;
  /** Tells whether it can do this dispatch of the other kernel. */
  accepts: (follower: RecordedDispatch) => boolean;
  /** Gives the kernel that does the work of both. */
  kernel: () => GpuKernel;
  /**
   * Names the tensors that the fused kernel takes over: its own name → the other kernel's.
   *
   * @param input the other kernel's name for the tensor that is handed over
   */
  takes: (input: string) => Readonly<Record<string, string>>;
}

/** One dispatch of a captured step: a kernel, what it is bound to, and how large it is. */
export interface RecordedDispatch {
  kernel: GpuKernel;
  /** Places of the kernel's tensors, in their order. */
  places: TensorPlace[];
  /** Values of the kernel's numbers, in their order. */
  values: KernelNumber[];
  groups: number;
  /** Tensors that are in half precision; absent where all are in f32. */
  halves?: Halves;
}

/** Returns the kernel as it is, and lets TypeScript infer the names of its tensors and numbers. */
export function defineKernel<Tensors extends string, Numbers extends string>(
  kernel: GpuKernel<Tensors, Numbers>,
): GpuKernel<Tensors, Numbers> {
  return kernel;
}

/** Names of a kernel's tensors that are stored in half precision. */
export type Halves = ReadonlySet<string>;
export const NO_HALVES: Halves = new Set();

/** Makes the key by which a kernel's pipeline is told from all others. */
export function pipelineKey({ name, variant }: GpuKernel, halves = NO_HALVES): string {
  return [name, variant, ...[...halves].map((half) => `half ${half}`)].filter(Boolean).join(' ');
}

/** Tells whether a kernel takes a tensor in half precision. */
export function mayBeHalf(kernel: GpuKernel, name: string): boolean {
  return kernel.tensors[name]!.endsWith(HALF);
}

/** Tells whether rows of these sizes can be bound as `vec4f`, four numbers at a time. */
export function isFourfold(...sizes: readonly number[]): boolean {
  return sizes.every((size) => size % 4 === 0);
}

/** Spreads groups over the first two dimensions of a dispatch, which hold 65,535 each. */
export function spreadGroups(groups: number): [number, number, number] {
  const rows = Math.ceil(groups / 65_535);
  return [Math.ceil(groups / rows), rows, 1];
}
