import * as tf from '@tensorflow/tfjs-core';
import { stackStride } from './buffer-part';
import { type GpuBackend } from './gpu-backend';

/** A buffer's part, in bytes. */
export interface FlatPart {
  shape: readonly number[];
  offset: number;
}

/**
 * Tensors behind each other in one buffer, each at a multiple of `PART_ALIGNMENT`, zeros between them: so that one kernel goes over all, and those
 * of one shape that follow each other are a stack.
 */
export class FlatBuffer {
  readonly parts: ReadonlyMap<string, FlatPart>;
  readonly buffer: GPUBuffer;
  readonly #backend: GpuBackend;

  /** All zeros at first. */
  constructor(backend: GpuBackend, shapes: ReadonlyMap<string, readonly number[]>, label: string) {
    const parts = new Map<string, FlatPart>();
    let size = 0;
    for (const [key, shape] of shapes) {
      parts.set(key, { shape, offset: size });
      size += stackStride(shape);
    }
    this.parts = parts;
    this.#backend = backend;
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST;
    this.buffer = backend.createBuffer(Math.max(256, size), usage, label);
  }

  part(key: string): FlatPart {
    const part = this.parts.get(key);
    if (!part) throw new Error(`${this.buffer.label}: there is no ${key}.`);
    return part;
  }

  /** Where each part ends, the zeros behind it included. */
  ends(): Map<string, number> {
    const keys = [...this.parts.keys()];
    const begins = keys.map((key) => this.part(key).offset);
    return new Map(keys.map((key, index) => [key, begins[index + 1] ?? this.buffer.size]));
  }

  /** A tensor on a part; it must not outlive the buffer. */
  tensor(key: string): tf.Tensor {
    const { offset, shape } = this.part(key);
    return this.#backend.tensorOn(this.buffer, offset, shape);
  }

  /** Copies a tensor into its part. */
  copyFrom(key: string, tensor: tf.Tensor): void {
    const { offset, shape } = this.part(key);
    this.#backend.copyInto(this.buffer, offset, tensor, 4 * tf.util.sizeFromShape([...shape]));
  }

  /** @throws where the numbers are not as many as the part has. */
  write(key: string, numbers: Float32Array): void {
    const { offset, shape } = this.part(key);
    const size = tf.util.sizeFromShape([...shape]);
    if (numbers.length !== size)
      throw new Error(`${this.buffer.label}: ${key} has ${size} numbers, got ${numbers.length}.`);
    this.#backend.flush();
    this.#backend.queue.writeBuffer(this.buffer, offset, numbers as Float32Array<ArrayBuffer>);
  }

  /** Writes a row of a matrix. */
  writeRow(key: string, row: number, numbers: Float32Array): void {
    const { offset } = this.part(key);
    this.#backend.flush();
    const at = offset + 4 * row * numbers.length;
    this.#backend.queue.writeBuffer(this.buffer, at, numbers as Float32Array<ArrayBuffer>);
  }

  /** Every part, read back at once. */
  async read(): Promise<Map<string, Float32Array>> {
    const bytes = await this.#backend.readBuffer(this.buffer, 0, this.buffer.size);
    return new Map(
      Array.from(this.parts, ([key, { offset, shape }]) => {
        const size = tf.util.sizeFromShape([...shape]);
        return [key, new Float32Array(bytes, offset, size).slice()];
      }),
    );
  }

  dispose(): void {
    this.#backend.destroyBuffer(this.buffer);
  }
}
