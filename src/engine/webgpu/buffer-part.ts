import * as tf from '@tensorflow/tfjs-core';
import type { VirtualBuffer } from './recorder';

/** Where a tensor's numbers are. */
export interface TensorPlace {
  buffer: GPUBuffer | VirtualBuffer;
  offset: number;
  size: number;
}

/** A part of a buffer that is bound. */
export interface BufferPart {
  buffer: GPUBuffer;
  offset: number;
  size: number;
}

/** Parts of a buffer begin at multiples of this: WebGPU's largest `minStorageBufferOffsetAlignment`. */
export const PART_ALIGNMENT = 256;

/** Bytes from one tensor of a stack to the next. */
export function stackStride(shape: readonly number[]): number {
  return PART_ALIGNMENT * Math.ceil((4 * tf.util.sizeFromShape([...shape])) / PART_ALIGNMENT);
}

/** At least one number: a buffer is never empty. */
export function bytesOf({ shape }: tf.TensorInfo): number {
  return 4 * Math.max(1, tf.util.sizeFromShape(shape));
}

/** Copies a part of a buffer to the host. What writes it must have been submitted. */
export async function readBuffer(
  device: GPUDevice,
  buffer: GPUBuffer,
  offset: number,
  size: number,
): Promise<ArrayBuffer> {
  const staging = device.createBuffer({
    size,
    usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ,
  });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(buffer, offset, staging, 0, size);
    device.queue.submit([encoder.finish()]);
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}
