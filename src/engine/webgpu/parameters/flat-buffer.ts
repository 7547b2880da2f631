import * as tf from '@tensorflow/tfjs-core';
import { expectRoom, stackStride } from '../code/buffer-part';
import type { GpuBackend } from '../device/gpu-backend';
import { readBuffer } from '../device/readback';

/** Where a tensor stands, in bytes. */
export interface FlatPart {
  shape: readonly number[];
  buffer: GPUBuffer;
  offset: number;
}

/**
 * Tensors behind each other, each at a multiple of `PART_ALIGNMENT`, zeros between them: so that one kernel goes over many, and those of one
 * shape that follow each other are a stack.
 *
 * They lie in one buffer, or where it would be larger than the GPU binds in several: each takes whole tensors until the next has no room.
 */
export class FlatBuffer {
  readonly parts: ReadonlyMap<string, FlatPart>;
  readonly buffers: readonly GPUBuffer[];
  readonly #backend: GpuBackend;
  readonly #label: string;
  readonly #staysBehind: (key: string) => boolean;

  /**
   * All zeros at first.
   *
   * @param staysBehind which tensors must be in the buffer of the one before them, because a kernel binds both at once
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
    const shards = cutShards(shapes, staysBehind, backend.largestBuffer);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    const parts = new Map<string, FlatPart>();
    this.buffers = shards.map(({ keys, bytes }) => {
      const buffer = backend.createBuffer(bytes, usage, label);
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

  /** Zeros of the same shapes for some of the tensors, in the same order. */
  like(keys: readonly string[], label: string): FlatBuffer {
    const shapes = new Map(keys.map((key) => [key, this.part(key).shape]));
    return new FlatBuffer(this.#backend, shapes, label, this.#staysBehind);
  }

  part(key: string): FlatPart {
    const part = this.parts.get(key);
    if (!part) throw new Error(`${this.#label}: there is no ${key}.`);
    return part;
  }

  /** A tensor on a part; it must not outlive the buffer. */
  tensor(key: string): tf.Tensor {
    const { buffer, offset, shape } = this.part(key);
    return this.#backend.tensorOn(buffer, offset, shape);
  }

  /** Copies a tensor into its part. */
  copyFrom(key: string, tensor: tf.Tensor): void {
    this.#backend.copyInto(this.part(key), tensor);
  }

  /** @throws where the numbers are not as many as the part has. */
  write(key: string, numbers: Float32Array): void {
    const { buffer, offset, shape } = this.part(key);
    const size = tf.util.sizeFromShape([...shape]);
    if (numbers.length !== size)
      throw new Error(`${this.#label}: ${key} has ${size} numbers, got ${numbers.length}.`);
    this.#backend.flush();
    this.#backend.queue.writeBuffer(buffer, offset, numbers as Float32Array<ArrayBuffer>);
  }

  /** Writes a row of a matrix. */
  writeRow(key: string, row: number, numbers: Float32Array): void {
    const { buffer, offset } = this.part(key);
    this.#backend.flush();
    const at = offset + 4 * row * numbers.length;
    this.#backend.queue.writeBuffer(buffer, at, numbers as Float32Array<ArrayBuffer>);
  }

  /** Every part, read back buffer by buffer. */
  async read(): Promise<Map<string, Float32Array>> {
    const bytes = new Map<GPUBuffer, ArrayBuffer>();
    for (const buffer of this.buffers)
      bytes.set(buffer, await readBuffer(this.#backend, buffer, 0, buffer.size));
    return new Map(
      Array.from(this.parts, ([key, { buffer, offset, shape }]) => {
        const size = tf.util.sizeFromShape([...shape]);
        return [key, new Float32Array(bytes.get(buffer)!, offset, size).slice()];
      }),
    );
  }

  dispose(): void {
    for (const buffer of this.buffers) this.#backend.destroyBuffer(buffer);
  }
}

/** Tensors of one buffer, and its size. */
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
