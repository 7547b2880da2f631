import { isVirtual, type TensorPlace, type VirtualBuffer } from '../code/buffer-part';
import type { GpuKernel, RecordedDispatch } from '../code/gpu-kernel';

/**
 * Fuses elementwise kernels into the kernels that make their input: a sum with the residual's gradient, an activation, or a product with
 * its slope. Numbers stay the same bit for bit. Each fusion saves a pass over memory, a dispatch, and the memory of the buffer between the two.
 *
 * @param isKept tells whether a buffer is read after the step, so that it must be written
 */
export function foldEpilogues(
  dispatches: readonly RecordedDispatch[],
  isKept: (buffer: VirtualBuffer) => boolean,
): RecordedDispatch[] {
  const folded: (RecordedDispatch | undefined)[] = [...dispatches];
  const uses = listUses(dispatches);
  for (const [index, follower] of dispatches.entries()) {
    const names = Object.keys(follower.kernel.tensors);
    for (const [binding, { buffer }] of follower.places.entries()) {
      if (!isVirtual(buffer) || isKept(buffer)) continue;
      const { writers, readers } = uses.get(buffer)!;
      if (writers.length !== 1 || readers.length !== 1 || readers[0] !== index) continue;
      const maker = folded[writers[0]!];
      const epilogue = maker?.kernel.epilogues?.[follower.kernel.name];
      if (!maker || !epilogue || !epilogue.accepts(follower)) continue;
      const others = names.filter((_, other) => other !== binding);
      const isReady = others.every((name) => {
        if (follower.kernel.tensors[name]!.startsWith('write')) return true;
        const other = placeIn(follower, name).buffer;
        const made = isVirtual(other) ? (uses.get(other)?.writers ?? []) : [];
        return made.every((writer) => writer < writers[0]!);
      });
      if (!isReady || placeIn(maker, epilogue.output).buffer !== buffer) continue;
      folded[writers[0]!] = attach(
        maker,
        epilogue.kernel(),
        epilogue.takes(names[binding]!),
        follower,
      );
      folded[index] = undefined;
      break;
    }
  }
  return folded.filter((dispatch) => dispatch !== undefined);
}

function attach(
  maker: RecordedDispatch,
  kernel: GpuKernel,
  taken: Readonly<Record<string, string>>,
  follower: RecordedDispatch,
): RecordedDispatch {
  const places = Object.keys(kernel.tensors).map((name) => {
    const theirs = taken[name];
    return theirs === undefined ? placeIn(maker, name) : placeIn(follower, theirs);
  });
  return { ...maker, kernel, places };
}

function placeIn({ kernel, places }: RecordedDispatch, name: string): TensorPlace {
  return places[Object.keys(kernel.tensors).indexOf(name)]!;
}

/** Lists which dispatches write and which read each buffer. */
function listUses(dispatches: readonly RecordedDispatch[]) {
  const uses = new Map<VirtualBuffer, { writers: number[]; readers: number[] }>();
  dispatches.forEach(({ kernel, places }, index) => {
    Object.values<string>(kernel.tensors).forEach((form, binding) => {
      const { buffer } = places[binding]!;
      if (!isVirtual(buffer)) return;
      const use = uses.get(buffer) ?? { writers: [], readers: [] };
      uses.set(buffer, use);
      (form.startsWith('write') ? use.writers : use.readers).push(index);
    });
  });
  return uses;
}
