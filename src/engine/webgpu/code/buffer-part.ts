import * as tf from '@tensorflow/tfjs-core';

/** A buffer of a captured step, before the step's plan gives it memory. */
export interface VirtualBuffer {
  readonly isVirtual: true;
  /** Size in bytes. */
  readonly size: number;
  /** Numbers that stand in it from the start, if any. */
  readonly constant?: Float32Array | Int32Array;
}

export function isVirtual(buffer: GPUBuffer | VirtualBuffer): buffer is VirtualBuffer {
  return 'isVirtual' in buffer;
}

/** Place of a tensor's numbers; offset and size are in bytes. */
export interface TensorPlace {
  buffer: GPUBuffer | VirtualBuffer;
  offset: number;
  size: number;
}

/** A part of a real buffer, as a kernel binds it; offset and size are in bytes. */
export interface BufferPart {
  buffer: GPUBuffer;
  offset: number;
  size: number;
}

/**
 * Alignment, in bytes, of every tensor that lies in a larger buffer. It is twice WebGPU's largest `minStorageBufferOffsetAlignment`, so that
 * a copy in half precision, whose offsets are half as large, can be bound in parts too.
 */
export const PART_ALIGNMENT = 512;

/** Computes the bytes from one tensor of a stack to the next. */
export function stackStride(shape: readonly number[]): number {
  return PART_ALIGNMENT * Math.ceil((4 * tf.util.sizeFromShape([...shape])) / PART_ALIGNMENT);
}

/** Computes a tensor's bytes on the device. An empty tensor takes one number: no buffer is empty. */
export function bytesOf({ shape }: tf.TensorInfo): number {
  return 4 * Math.max(1, tf.util.sizeFromShape(shape));
}

/** Checks that something fits into one buffer. @throws where it has more bytes than `most`. */
export function expectRoom(what: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new Error(
    `${what}: ${bytes} bytes, but this GPU takes at most ${most} in a buffer; choose a smaller encoder, or the CPU by ?backend=wasm.`,
  );
}
