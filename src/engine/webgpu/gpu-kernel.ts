import type { Epilogue } from './fold-epilogues';

/** How a kernel binds a tensor: `write` may be read as well, where something stands in it. */
export type BindingForm = `${'read' | 'write'} ${'f32' | 'i32' | 'u32' | 'vec4f'}`;
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

/** What tells a kernel's pipeline from any other. */
export function pipelineKey({ name, variant }: GpuKernel): string {
  return variant === undefined ? name : `${name} ${variant}`;
}

/** Storage buffers that every adapter lets a kernel bind: WebGPU's default limit. */
const MAX_TENSORS = 8;

/** The whole shader. Groups beyond 65,535 go on in the second dimension of the dispatch; those that are too many there do nothing. @throws where it binds too much. */
export function writeShader({
  name,
  lanes,
  tensors,
  numbers,
  functions = '',
  code,
}: GpuKernel): string {
  const count = Object.keys(tensors).length;
  if (count > MAX_TENSORS)
    throw new Error(
      `${name} binds ${count} tensors, but some adapters bind ${MAX_TENSORS} at most.`,
    );
  const bindings = Object.entries(tensors).map(([name, form], index) => {
    const [access, type] = form.split(' ') as [string, string];
    const mode = access === 'read' ? 'read' : 'read_write';
    return `@group(0) @binding(${index}) var<storage, ${mode}> ${name}: array<${type}>;`;
  });
  const fields = Object.entries(numbers).map(([name, form]) => `${name}: ${form as string},`);
  return `
struct Numbers { groups: u32, ${fields.join(' ')} }
${bindings.join('\n')}
@group(0) @binding(${bindings.length}) var<uniform> numbers: Numbers;
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
