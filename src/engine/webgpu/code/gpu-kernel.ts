import type { Epilogue } from '../capture/fold-epilogues';

/**
 * How a kernel binds a tensor: `write` may be read as well, where something stands in it. Those of vectors can be read by `get_NAME(index)` and
 * written by `set_NAME(index, value)`; `or half` ones only so, for they may be stored in half precision. In a kernel all numbers are f32.
 */
export type BindingForm =
  `${'read' | 'write'} ${'f32' | 'i32' | 'u32' | 'vec4f'}` | `${'read' | 'write'} ${typeof HALF}`;
const HALF = 'vec4f or half';
export type NumberForm = 'u32' | 'i32' | 'f32';

/**
 * A kernel in WGSL. Its code is the body of `run`, once a lane, and what `functions` it calls; by their names it knows its tensors, as
 * arrays, and its numbers, as fields of `numbers`. Beside them: `group`, a number below the groups of the dispatch, and `lane`, below `lanes`.
 */
export interface GpuKernel<Tensors extends string = string, Numbers extends string = string> {
  /** What a timeline shows. With `variant` it tells one kernel from any other. */
  readonly name: string;
  /** Every constant that the code was made with. */
  readonly variant?: string;
  readonly lanes: number;
  readonly tensors: Readonly<Record<Tensors, BindingForm>>;
  readonly numbers: Readonly<Record<Numbers, NumberForm>>;
  readonly functions?: string;
  readonly code: string;
  /** Kernels that it can do the work of at its end, by their names. */
  readonly epilogues?: Readonly<Record<string, Epilogue>>;
}

/** Lets TypeScript infer the names. */
export function defineKernel<Tensors extends string, Numbers extends string>(
  kernel: GpuKernel<Tensors, Numbers>,
): GpuKernel<Tensors, Numbers> {
  return kernel;
}

/** The tensors of a kernel that are stored in half precision, by name. */
export type Halves = ReadonlySet<string>;
const noHalves: Halves = new Set();

/** What tells a kernel's pipeline from any other. */
export function pipelineKey({ name, variant }: GpuKernel, halves = noHalves): string {
  return [name, variant, ...[...halves].map((half) => `half ${half}`)].filter(Boolean).join(' ');
}

/** Whether a kernel takes a tensor in half precision. */
export function mayBeHalf(kernel: GpuKernel, name: string): boolean {
  return kernel.tensors[name]!.endsWith(HALF);
}

/** Storage buffers that every adapter lets a kernel bind: WebGPU's default limit. */
const MAX_TENSORS = 8;

/** The whole shader. Groups beyond 65,535 go on in the second dimension of the dispatch; those that are too many there do nothing. @throws where it binds too much. */
export function writeShader(
  { name, lanes, tensors, numbers, functions = '', code }: GpuKernel,
  halves = noHalves,
): string {
  const count = Object.keys(tensors).length;
  if (count > MAX_TENSORS)
    throw new Error(
      `${name} binds ${count} tensors, but some adapters bind ${MAX_TENSORS} at most.`,
    );
  const bindings = Object.entries<BindingForm>(tensors).map(([name, form], index) => {
    const [access, type] = form.split(' ') as [string, string];
    const mode = access === 'read' ? 'read' : 'read_write';
    const isHalf = halves.has(name);
    const binding = `@group(0) @binding(${index}) var<storage, ${mode}> ${name}: array<${isHalf ? 'vec2u' : type}>;`;
    if (type !== 'vec4f') return binding;
    const [read, written] = isHalf
      ? [`unpackHalf(${name}[index])`, 'packHalf(value)']
      : [`${name}[index]`, 'value'];
    const get = `fn get_${name}(index: u32) -> vec4f { return ${read}; }`;
    const set = `fn set_${name}(index: u32, value: vec4f) { ${name}[index] = ${written}; }`;
    return [binding, get, ...(access === 'write' ? [set] : [])].join('\n');
  });
  const fields = Object.entries(numbers).map(([name, form]) => `${name}: ${form as string},`);
  return `
struct Numbers { groups: u32, ${fields.join(' ')} }
${bindings.join('\n')}
@group(0) @binding(${bindings.length}) var<uniform> numbers: Numbers;
${halves.size > 0 ? HALF_FUNCTIONS : ''}
${functions}
@compute @workgroup_size(${lanes})
fn main(
  @builtin(workgroup_id) place: vec3u,
  @builtin(num_workgroups) size: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let group = place.y * size.x + place.x;
  if (group >= numbers.groups) { return; }
  ${code}
}`;
}

/**
 * Four numbers in half precision (IEEE 754 binary16), two in each u32. Every adapter has these conversions, with `shader-f16` or without. What
 * is larger than its largest number becomes infinite here and not by the conversion, which adapters may let saturate: an overflow must show.
 */
const HALF_FUNCTIONS = `
fn unpackHalf(two: vec2u) -> vec4f { return vec4f(unpack2x16float(two.x), unpack2x16float(two.y)); }
fn packHalf(value: vec4f) -> vec2u {
  let over = select(vec4u(), vec4u(0x7c00u), !(abs(value) <= vec4f(65504.0)));
  return vec2u(
    pack2x16float(value.xy) | over.x | (over.y << 16u),
    pack2x16float(value.zw) | over.z | (over.w << 16u),
  );
}`;

/** A dispatch of so many groups. */
export function spreadGroups(groups: number): [number, number, number] {
  const rows = Math.ceil(groups / 65_535);
  return [Math.ceil(groups / rows), rows, 1];
}

/** A number of a kernel that another step changes; `now` is this step's. */
export interface StepNumber {
  now: number;
  at: (step: StepNumbers) => number;
}

/** What changes from step to step, beside the batch. */
export interface StepNumbers {
  /** Of dropout: see `DropoutPlace`. */
  seed: number;
  step: number;
  /** Labelled words of the effective batch. */
  denominator: number;
  /** What gradients are multiplied by until they are applied; 1 in f32. */
  lossScale: number;
  /** Whether gradients are added to those that are there. */
  addsGradients: boolean;
}

export type KernelNumber = number | StepNumber;

/** The bytes of a kernel's `numbers`: 4 each, padded to 16. */
export function packNumbers(kernel: GpuKernel, groups: number, values: number[]): ArrayBuffer {
  const bytes = new ArrayBuffer(16 * Math.ceil((values.length + 1) / 4));
  const view = new DataView(bytes);
  view.setUint32(0, groups, true);
  Object.values<NumberForm>(kernel.numbers).forEach((form, index) =>
    writeNumber(view, 4 * (index + 1), form, values[index]!),
  );
  return bytes;
}

export function writeNumber(view: DataView, at: number, form: NumberForm, value: number): void {
  if (form === 'f32') view.setFloat32(at, value, true);
  else if (form === 'i32') view.setInt32(at, value, true);
  else view.setUint32(at, value >>> 0, true);
}
