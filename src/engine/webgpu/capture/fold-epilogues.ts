import type { TensorPlace } from '../code/buffer-part';
import type { GpuKernel } from '../code/gpu-kernel';
import { isVirtual, type RecordedDispatch, type VirtualBuffer } from './recorder';

/**
 * Lets a kernel do at its end what another does with each number it made: a sum with the residual's gradient, GELU, or GELU's slope. The
 * numbers are the same bit for bit; a pass over memory and a dispatch are saved. What only went from the one to the other needs no memory.
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

/** How a kernel takes on what another does with its output. */
export interface Epilogue {
  /** The tensor that is handed over. */
  output: string;
  /** Whether it can do this dispatch of the other kernel. */
  accepts: (follower: RecordedDispatch) => boolean;
  kernel: () => GpuKernel;
  /** Its new tensors, by its own names, as the other's; `input` is the other's name for what is handed over. */
  takes: (input: string) => Readonly<Record<string, string>>;
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

/** Which dispatches write and read each buffer. */
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
