import { roundToHalfKernel } from '../kernels/optimizer';
import { stackStride, type TensorPlace } from '../code/buffer-part';
import type { FlatBuffer } from './flat-buffer';
import type { GpuBackend } from '../device/gpu-backend';

/** A part of a buffer of parameters, in bytes, and its copy of half the size. */
interface Stretch {
  from: GPUBuffer;
  begin: number;
  size: number;
  copy: GPUBuffer;
}

/** Copies of parameters in half precision, which the products of a step read. The parameters themselves stay in f32. */
export class HalfCopies {
  readonly #backend: GpuBackend;
  readonly #stretches: Stretch[];

  /** @param keys keys of the parameters; those that lie between two of them in a buffer are copied too */
  constructor(backend: GpuBackend, parameters: FlatBuffer, keys: readonly string[]) {
    this.#backend = backend;
    const ranges = new Map<GPUBuffer, { begin: number; end: number }>();
    for (const key of keys) {
      const { buffer, offset, shape } = parameters.part(key);
      const { begin, end } = ranges.get(buffer) ?? { begin: offset, end: offset };
      const last = offset + stackStride(shape);
      ranges.set(buffer, { begin: Math.min(begin, offset), end: Math.max(end, last) });
    }
    this.#stretches = Array.from(ranges, ([from, { begin, end }]) => {
      const size = end - begin;
      const usage = GPUBufferUsage.STORAGE;
      const copy = backend.gpu.memory.create(size / 2, usage, 'weights in half precision');
      return { from, begin, size, copy };
    });
    this.update();
  }

  /** Rounds the parameters as they are now; kernels that are dispatched later read these. */
  update(): void {
    for (const { from, begin, size, copy } of this.#stretches) {
      const vectors = size / 16;
      const groups = Math.min(Math.ceil(vectors / 64), 65_535);
      this.#backend.dispatch(
        roundToHalfKernel,
        {
          source: { buffer: from, offset: begin, size },
          copy: { buffer: copy, offset: 0, size: size / 2 },
        },
        { vectors, step: 64 * groups },
        groups,
        ROUNDED_COPY,
      );
    }
  }

  /** Finds the copy of a part of the parameters, as `FindHalfCopy` does. */
  find({ buffer, offset, size }: TensorPlace): TensorPlace | undefined {
    const stretch = this.#stretches.find(
      ({ from, begin, size: length }) =>
        from === buffer && begin <= offset && offset + size <= begin + length,
    );
    return (
      stretch && { buffer: stretch.copy, offset: (offset - stretch.begin) / 2, size: size / 2 }
    );
  }

  dispose(): void {
    for (const { copy } of this.#stretches) this.#backend.gpu.memory.destroy(copy);
  }
}

const ROUNDED_COPY = new Set(['copy']);
