import * as tf from '@tensorflow/tfjs-core';
import { expectRoom, stackStride } from '../code/buffer-part';
import type { GpuBackend } from '../device/gpu-backend';

/** Place of a tensor; the offset is in bytes. */
export interface FlatPart {
  shape: readonly number[];
  buffer: GPUBuffer;
  offset: number;
}

/**
 * Tensors behind each other, each at a multiple of `PART_ALIGNMENT`, with zeros between them. One kernel can go over many of them, and those
 * of one shape that follow each other are a stack.
 *
 * They lie in one buffer where the GPU can bind one so large. Else they lie in several: each takes whole tensors until the next does not fit.
 */
export class FlatBuffer {
  readonly parts: ReadonlyMap<string, FlatPart>;
  readonly buffers: readonly GPUBuffer[];
  readonly #backend: GpuBackend;
  readonly #label: string;
  readonly #staysBehind: (key: string) => boolean;

  /**
   * Makes all of them zeros.
   *
   * @param staysBehind tells whether a tensor must be in the buffer of the one before it, because a kernel binds both at once
   * @throws where a tensor, or some that stay together, are larger than any buffer
   */
  constructor(
    backend: GpuBackend,
    shapes: ReadonlyMap<string, readonly number[]>,
    label: string,
    staysBehind: (key: string) => boolean = () => false,
  ) {
    this.#backend = backend;
    this.#label = label;
    this.#staysBehind = staysBehind;
    const shards = cutShards(shapes, staysBehind, backend.gpu.memory.largestBuffer);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const parts = new Map<string, FlatPart>();
    this.buffers = shards.map(({ keys, bytes }) => {
      const buffer = backend.gpu.memory.create(bytes, usage, label);
      let offset = 0;
      for (const key of keys) {
        const shape = shapes.get(key)!;
        parts.set(key, { shape, buffer, offset });
        offset += stackStride(shape);
      }
      return buffer;
    });
    this.parts = parts;
  }

  /** Makes a buffer of zeros with the shapes of some of the tensors, in the same order. */
  like(keys: readonly string[], label: string): FlatBuffer {
    const shapes = new Map(keys.map((key) => [key, this.part(key).shape]));
    return new FlatBuffer(this.#backend, shapes, label, this.#staysBehind);
  }

  part(key: string): FlatPart {
    const part = this.parts.get(key);
    if (!part) throw new Error(`${this.#label}: there is no ${key}.`);
    return part;
  }

  /** Makes a tensor on a part; it must not outlive the buffer. */
  tensor(key: string): tf.Tensor {
    const { buffer, offset, shape } = this.part(key);
    return this.#backend.tensorOn(buffer, offset, shape);
  }

  /** Copies a tensor's numbers into a part. */
  copyFrom(key: string, tensor: tf.Tensor): void {
    this.#backend.copyInto(this.part(key), tensor);
  }

  /** Writes a part's numbers. @throws where they are not as many as the part has. */
  write(key: string, numbers: Float32Array): void {
    const { buffer, offset, shape } = this.part(key);
    const size = tf.util.sizeFromShape([...shape]);
    if (numbers.length !== size)
      throw new Error(`${this.#label}: ${key} has ${size} numbers, got ${numbers.length}.`);
    const { queue } = this.#backend.gpu;
    queue.flush();
    queue.write(buffer, offset, numbers);
  }

  /** Writes a row of a matrix. */
  writeRow(key: string, row: number, numbers: Float32Array): void {
    const { buffer, offset } = this.part(key);
    const { queue } = this.#backend.gpu;
    queue.flush();
    queue.write(buffer, offset + 4 * row * numbers.length, numbers);
  }

  /** Reads every part back, buffer by buffer. */
  async read(): Promise<Map<string, Float32Array>> {
    const bytes = new Map<GPUBuffer, ArrayBuffer>();
    for (const buffer of this.buffers)
      bytes.set(buffer, await this.#backend.gpu.queue.read(buffer, 0, buffer.size));
    return new Map(
      Array.from(this.parts, ([key, { buffer, offset, shape }]) => {
        const size = tf.util.sizeFromShape([...shape]);
        return [key, new Float32Array(bytes.get(buffer)!, offset, size).slice()];
      }),
    );
  }

  dispose(): void {
    for (const buffer of this.buffers) this.#backend.gpu.memory.destroy(buffer);
  }
}

/** Tensors of one buffer, and its size in bytes. */
interface Shard {
  keys: string[];
  bytes: number;
}

function cutShards(
  shapes: ReadonlyMap<string, readonly number[]>,
  staysBehind: (key: string) => boolean,
  limit: number,
): Shard[] {
  const groups: Shard[] = [];
  for (const [key, shape] of shapes) {
    const group = groups.at(-1);
    if (group && staysBehind(key)) {
      group.keys.push(key);
      group.bytes += stackStride(shape);
    } else groups.push({ keys: [key], bytes: stackStride(shape) });
  }
  const shards: Shard[] = [];
  for (const { keys, bytes } of groups) {
    expectRoom(keys.join(' and '), bytes, limit);
    const shard = shards.at(-1);
    if (shard && shard.bytes + bytes <= limit) {
      shard.keys.push(...keys);
      shard.bytes += bytes;
    } else shards.push({ keys: [...keys], bytes });
  }
  return shards;
}
