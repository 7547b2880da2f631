import * as tf from '@tensorflow/tfjs-core';
import type { Arena } from './arena';
import type { FindHalfCopy } from './half-storage';
import type { FlatBuffer } from './flat-buffer';
import { PART_ALIGNMENT, type TensorPlace } from './buffer-part';
import { type GpuBackend } from './gpu-backend';
import type { StepNumbers } from './gpu-kernel';
import { Readback } from './readback';
import { isVirtual, Recorder, type VirtualBuffer } from './recorder';
import { StepPlan } from './step-plan';

/** What a micro-batch brings, by name: always as many numbers as when the step was captured. */
export type StepInputs = Readonly<Record<string, Int32Array>>;

/** A loss and its gradients, by parameter key. */
export interface LossAndGradients {
  loss: tf.Scalar;
  gradients: ReadonlyMap<string, tf.Tensor>;
}

/**
 * The forward and the backward pass of one shape of micro-batch: captured once, then run with other batches, other dropout and another
 * denominator. Its gradients go to where those of all shapes do.
 */
export class CapturedStep {
  readonly plan: StepPlan;
  readonly #backend: GpuBackend;
  readonly #inputs: GPUBuffer;
  readonly #offsets: ReadonlyMap<string, number>;
  readonly #staging: Int32Array<ArrayBuffer>;
  readonly #loss: GPUBuffer;
  readonly #readback: Readback;
  #startedAt = 0;
  /** Of the last run; the first is expected to be slow. */
  #elapsedMs = Infinity;

  /**
   * @param findCopy see `StepPlan`
   * @param record runs the step on tensors of the inputs; it must not read, and only our own kernels may run
   * @throws where a gradient is not the output of one kernel that can add to it
   */
  constructor(
    backend: GpuBackend,
    arena: Arena,
    gradients: FlatBuffer,
    inputs: StepInputs,
    findCopy: FindHalfCopy | undefined,
    record: (tensors: Readonly<Record<string, tf.Tensor>>) => LossAndGradients,
  ) {
    this.#backend = backend;
    const offsets = new Map<string, number>();
    let end = 0;
    for (const [name, numbers] of Object.entries(inputs)) {
      offsets.set(name, end);
      end += PART_ALIGNMENT * Math.ceil(numbers.byteLength / PART_ALIGNMENT);
    }
    this.#offsets = offsets;
    this.#staging = new Int32Array(end / 4);
    const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
    this.#inputs = backend.createBuffer(end, STORAGE | COPY_DST, 'a micro-batch');
    this.#loss = backend.createBuffer(PART_ALIGNMENT, STORAGE | COPY_SRC, 'loss');
    this.#readback = new Readback(backend, this.#loss, 1);
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { length }]) => [
        name,
        backend.tensorOn(this.#inputs, offsets.get(name)!, [length], 'int32'),
      ]),
    );
    const recorder = new Recorder();
    const results = backend.capture(recorder, () => record(tensors));
    const pins = new Map<VirtualBuffer, TensorPlace>();
    pin(pins, backend.placeOf(results.loss), { buffer: this.#loss, offset: 0 }, 'the loss');
    for (const [key, gradient] of results.gradients) {
      pin(pins, backend.placeOf(gradient), gradients.part(key), key);
    }
    tf.dispose([results.loss, ...results.gradients.values(), ...Object.values(tensors)]);
    this.plan = new StepPlan(backend, arena, recorder.dispatches, pins, findCopy);
  }

  /** Adds this micro-batch's gradients, or starts anew with them. */
  run(inputs: StepInputs, step: StepNumbers): void {
    for (const [name, offset] of this.#offsets) this.#staging.set(inputs[name]!, offset / 4);
    this.#backend.flush();
    this.#backend.queue.writeBuffer(this.#inputs, 0, this.#staging);
    this.#startedAt = performance.now();
    const { submitMs } = this.#backend;
    const submits = Math.ceil(Math.min(this.#elapsedMs / submitMs, this.plan.dispatches.length));
    this.plan.run(step, submits, (encoder) => this.#readback.copy(encoder));
  }

  /** The last run's. */
  async readLoss(): Promise<number> {
    const [loss] = await this.#readback.read();
    this.#elapsedMs = performance.now() - this.#startedAt;
    return loss!;
  }

  dispose(): void {
    this.plan.dispose();
    this.#readback.dispose();
    this.#backend.destroyBuffer(this.#inputs);
    this.#backend.destroyBuffer(this.#loss);
  }
}

/** Notes where the whole of a buffer goes so that a part of it comes to stand in its place. */
function pin(
  pins: Map<VirtualBuffer, TensorPlace>,
  { buffer, offset }: TensorPlace,
  to: { buffer: GPUBuffer; offset: number },
  name: string,
): void {
  if (!isVirtual(buffer)) throw new Error(`${name} was not made by the captured step.`);
  const place = { buffer: to.buffer, offset: to.offset - offset, size: buffer.size };
  const known = pins.get(buffer);
  if (known && (known.buffer !== place.buffer || known.offset !== place.offset))
    throw new Error(`${name} shares memory with a gradient that stands elsewhere.`);
  pins.set(buffer, place);
}
