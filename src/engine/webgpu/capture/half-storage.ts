import { isVirtual, type TensorPlace, type VirtualBuffer } from '../code/buffer-part';
import { mayBeHalf, type RecordedDispatch } from '../code/gpu-kernel';

/** Finds the copy in half precision of a part of the parameters; undefined where there is none. */
export type FindHalfCopy = (place: TensorPlace) => TensorPlace | undefined;

/**
 * Stores a captured step's states in half precision, and has it read those parameters that have a copy in half precision from there. A buffer
 * stays in f32 where one of its kernels takes nothing else, or where it is read after the step. All kernels still compute in f32.
 */
export function storeInHalf(
  dispatches: readonly RecordedDispatch[],
  isKept: (buffer: VirtualBuffer) => boolean,
  findCopy: FindHalfCopy,
): RecordedDispatch[] {
  const whole = findWhole(dispatches, isKept);
  const halfBuffers = new Map<VirtualBuffer, VirtualBuffer>();
  const halfOf = (place: TensorPlace): TensorPlace | undefined => {
    const { buffer } = place;
    if (!isVirtual(buffer)) return findCopy(place);
    if (whole.has(buffer)) return undefined;
    const half = halfBuffers.get(buffer) ?? { isVirtual: true, size: buffer.size / 2 };
    halfBuffers.set(buffer, half);
    return { buffer: half, offset: 0, size: half.size };
  };
  return dispatches.map((dispatch) => {
    const halves = new Set<string>();
    const names = Object.keys(dispatch.kernel.tensors);
    const places = dispatch.places.map((place, binding) => {
      const name = names[binding]!;
      const half = mayBeHalf(dispatch.kernel, name) ? halfOf(place) : undefined;
      if (half) halves.add(name);
      return half ?? place;
    });
    return halves.size > 0 ? { ...dispatch, places, halves } : dispatch;
  });
}

/** Finds the buffers that must stay in f32. */
function findWhole(
  dispatches: readonly RecordedDispatch[],
  isKept: (buffer: VirtualBuffer) => boolean,
): Set<VirtualBuffer> {
  const whole = new Set<VirtualBuffer>();
  for (const { kernel, places } of dispatches) {
    Object.keys(kernel.tensors).forEach((name, binding) => {
      const { buffer, offset, size } = places[binding]!;
      if (!isVirtual(buffer)) return;
      const isPart = offset !== 0 || size !== buffer.size;
      if (!mayBeHalf(kernel, name) || isPart || buffer.constant || isKept(buffer))
        whole.add(buffer);
    });
  }
  return whole;
}
