import type { BufferPart } from '../code/buffer-part';
import { mayBeHalf, type GpuKernel } from '../code/gpu-kernel';
import { DispatchTimer } from '../device/dispatch-timer';
import type { GpuDevice } from '../device/gpu-device';
import type { GpuMemory } from '../device/gpu-memory';
import type { TileFormName } from '../device/tile-choice';
import { planLinear, planLinearGradient, type LinearShape } from './linear';

/** Products of a linear layer: y = x·W + b, both of its gradient in one dispatch, or one of these alone. */
export type LinearProduct = 'y' | 'dx and dW' | 'dx' | 'dW';

/** Runs the products of one shape on zeros, to measure them. */
export class LinearTimer {
  readonly shape: LinearShape;
  readonly #memory: GpuMemory;
  readonly #timer: DispatchTimer;
  readonly #buffers = new Map<string, GPUBuffer>();
  readonly #isHalf: boolean;

  /**
   * @param shape a product of one part
   * @param isHalf whether tensors are in half precision where they can be
   */
  constructor(gpu: GpuDevice, shape: LinearShape, isHalf = false) {
    this.shape = shape;
    this.#isHalf = isHalf;
    this.#memory = gpu.memory;
    this.#timer = new DispatchTimer(gpu);
  }

  /** Measures a product that is run so many times in one pass. @returns milliseconds of one */
  time(form: TileFormName, product: LinearProduct, times: number): Promise<number> {
    if (product === 'y') {
      const { kernel, numbers, groups } = planLinear(form, this.shape);
      return this.#time(kernel, numbers, groups, times);
    }
    const { kernel, numbers, groups } = planLinearGradient(form, this.shape);
    const { tilesOfDx } = numbers;
    if (product === 'dx') return this.#time(kernel, numbers, tilesOfDx, times);
    if (product === 'dW')
      return this.#time(kernel, { ...numbers, tilesOfDx: 0 }, groups - tilesOfDx, times);
    return this.#time(kernel, numbers, groups, times);
  }

  dispose(): void {
    this.#timer.dispose();
    for (const buffer of this.#buffers.values()) this.#memory.destroy(buffer);
    this.#buffers.clear();
  }

  #time(
    kernel: GpuKernel,
    numbers: Readonly<Record<string, number>>,
    groups: number,
    times: number,
  ): Promise<number> {
    const places = Object.keys(kernel.tensors).map((name) => this.#place(name));
    const values = Object.keys(kernel.numbers).map((name) => numbers[name] ?? 0); // strides of one part, and `adds`
    const halves = Object.keys(kernel.tensors).filter(
      (name) => this.#isHalf && mayBeHalf(kernel, name),
    );
    return this.#timer.time({ kernel, places, values, groups, halves: new Set(halves) }, times);
  }

  #place(name: string): BufferPart {
    const { rows, inner, columns } = this.shape;
    const ofX = name === 'x' || name === 'dx';
    const ofWeight = name === 'weight' || name === 'dWeight';
    const ofBias = name === 'bias' || name === 'dBias';
    const size =
      4 * (ofX ? rows * inner : ofWeight ? inner * columns : ofBias ? columns : rows * columns);
    let buffer = this.#buffers.get(name);
    if (!buffer) {
      buffer = this.#memory.create(size, GPUBufferUsage.STORAGE, `${name}, measured`);
      this.#buffers.set(name, buffer);
    }
    return { buffer, offset: 0, size };
  }
}
