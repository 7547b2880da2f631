import * as tf from '@tensorflow/tfjs-core';
import type { VirtualBuffer } from '../capture/recorder';

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

/**
 * Parts of a buffer begin at multiples of this, in bytes: twice WebGPU's largest `minStorageBufferOffsetAlignment`, so that a copy of half the
 * size can be bound in parts, too.
 */
export const PART_ALIGNMENT = 512;

/** Bytes from one tensor of a stack to the next. */
export function stackStride(shape: readonly number[]): number {
  return PART_ALIGNMENT * Math.ceil((4 * tf.util.sizeFromShape([...shape])) / PART_ALIGNMENT);
}

/** At least one number: a buffer is never empty. */
export function bytesOf({ shape }: tf.TensorInfo): number {
  return 4 * Math.max(1, tf.util.sizeFromShape(shape));
}

/** @throws where a GPU's buffers are too small for something. */
export function expectRoom(what: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new Error(
    `${what}: ${bytes} bytes, but this GPU takes at most ${most} in a buffer; choose a smaller encoder, or the CPU by ?backend=wasm.`,
  );
}
