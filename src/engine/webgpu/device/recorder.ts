import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { TensorPlace, VirtualBuffer } from '../code/buffer-part';
import type { RecordedDispatch } from '../code/gpu-kernel';

/** Numbers of a constant at most. A larger one is a part of the batch that was not put on the device before the capture. */
const CONSTANT_NUMBERS = 4;

/** Stands in for the device while a step is captured: notes each dispatch, and hands out buffers that have no memory yet. */
export class Recorder {
  readonly dispatches: RecordedDispatch[] = [];
  readonly #constants = new Map<object, VirtualBuffer>();

  allocate(size: number): VirtualBuffer {
    return { isVirtual: true, size };
  }

  /** Gives a small tensor of the host a place in the plan. @throws where it is larger: the plan would freeze its numbers. */
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
