import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { GpuKernel, Halves, KernelNumber } from '../code/gpu-kernel';
import type { TensorPlace } from '../code/buffer-part';

/** A buffer of a captured step before it has a place in memory. */
export interface VirtualBuffer {
  readonly isVirtual: true;
  readonly size: number;
  /** What stands in it from the start, if anything. */
  readonly constant?: Float32Array | Int32Array;
}

/** One kernel of a captured step. */
export interface RecordedDispatch {
  kernel: GpuKernel;
  /** By the kernel's bindings. */
  places: TensorPlace[];
  /** By the kernel's numbers. */
  values: KernelNumber[];
  groups: number;
  /** Absent: all tensors are in f32. */
  halves?: Halves;
}

/** Numbers of a constant at most: what is larger is a part of the batch that was not put on the device first. */
const CONSTANT_NUMBERS = 4;

/** Stands in for the device while a step is captured: takes down what is dispatched, and hands out buffers that have no memory yet. */
export class Recorder {
  readonly dispatches: RecordedDispatch[] = [];
  readonly #constants = new Map<object, VirtualBuffer>();

  allocate(size: number): VirtualBuffer {
    return { isVirtual: true, size };
  }

  /** @throws where a tensor of the host would be frozen into the plan. */
  constant({ dataId, shape }: TensorInfo, values: ArrayLike<number> | null): TensorPlace {
    if (!values || values.length > CONSTANT_NUMBERS) {
      throw new Error(
        `A tensor of shape [${shape.join(', ')}] is not on the device and would be frozen into the plan; upload it before the capture.`,
      );
    }
    let buffer = this.#constants.get(dataId);
    if (!buffer) {
      const constant = values instanceof Int32Array ? values : Float32Array.from(values);
      buffer = { isVirtual: true, size: constant.byteLength, constant };
      this.#constants.set(dataId, buffer);
    }
    return { buffer, offset: 0, size: buffer.size };
  }

  record(dispatch: RecordedDispatch): void {
    this.dispatches.push(dispatch);
  }
}

export function isVirtual(buffer: GPUBuffer | VirtualBuffer): buffer is VirtualBuffer {
  return 'isVirtual' in buffer;
}
