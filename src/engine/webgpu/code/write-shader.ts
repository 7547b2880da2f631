import { NO_HALVES, type BindingForm, type GpuKernel } from './gpu-kernel';

/** Storage buffers that every adapter lets a kernel bind: WebGPU's default limit. */
const MAX_TENSORS = 8;

/**
 * Writes a kernel's whole shader in WGSL.
 *
 * A dispatch of more than 65,535 groups has a second dimension (see `spreadGroups`); the groups that it has too many do nothing.
 *
 * @throws where the kernel binds more tensors than every adapter allows
 */
export function writeShader(
  { name, lanes, tensors, numbers, functions = '', code }: GpuKernel,
  halves = NO_HALVES,
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
 * WGSL that packs four numbers in half precision (IEEE 754 binary16), two in each u32.
 *
 * Every adapter has these conversions, with `shader-f16` or without. A number beyond the largest half becomes infinite here; the conversion
 * alone may saturate on some adapters, and an overflow must show.
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
