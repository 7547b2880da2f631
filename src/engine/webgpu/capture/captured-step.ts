import * as tf from '@tensorflow/tfjs-core';
import type { Arena } from './arena';
import type { FindHalfCopy } from './half-storage';
import {
  isVirtual,
  PART_ALIGNMENT,
  type BufferPart,
  type TensorPlace,
  type VirtualBuffer,
} from '../code/buffer-part';
import type { StepNumbers } from '../code/kernel-numbers';
import type { GpuBackend } from '../device/gpu-backend';
import type { GpuDevice } from '../device/gpu-device';
import { Recorder } from '../device/recorder';
import { StepPlan } from './step-plan';
import type { StepResults } from './step-results';

/** Arrays of a micro-batch, by name: each has as many numbers as when the step was captured. */
export type StepInputs = Readonly<Record<string, Int32Array>>;

/** A loss and its gradients; the gradients go by parameter key. */
export interface LossAndGradients {
  loss: tf.Scalar;
  gradients: ReadonlyMap<string, tf.Tensor>;
}

/** Places of the parameters' gradients, by parameter key. */
export interface GradientPlaces {
  part: (key: string) => Pick<BufferPart, 'buffer' | 'offset'>;
}

/**
 * The forward and the backward pass of one shape of micro-batch: captured once, then run with other batches, other dropout and another
 * denominator. Steps of all shapes add their gradients up in the same places.
 */
export class CapturedStep {
  readonly plan: StepPlan;
  readonly #gpu: GpuDevice;
  readonly #inputs: GPUBuffer;
  readonly #offsets: ReadonlyMap<string, number>;
  readonly #staging: Int32Array<ArrayBuffer>;
  readonly #results: StepResults;
  #startedAt = 0;
  /** Duration of the last run; the first is expected to be slow. */
  #elapsedMs = Infinity;

  /**
   * @param results results of the step; the step writes their loss
   * @param findCopy see `StepPlan`
   * @param record runs the step on tensors of the inputs; it must not read, and only our own kernels may run
   * @throws where a gradient is not the output of one kernel that can add to it
   */
  constructor(
    backend: GpuBackend,
    arena: Arena,
    gradients: GradientPlaces,
    results: StepResults,
    inputs: StepInputs,
    findCopy: FindHalfCopy | undefined,
    record: (tensors: Readonly<Record<string, tf.Tensor>>) => LossAndGradients,
  ) {
    const { gpu } = backend;
    this.#gpu = gpu;
    this.#results = results;
    const offsets = new Map<string, number>();
    let end = 0;
    for (const [name, numbers] of Object.entries(inputs)) {
      offsets.set(name, end);
      end += PART_ALIGNMENT * Math.ceil(numbers.byteLength / PART_ALIGNMENT);
    }
    this.#offsets = offsets;
    this.#staging = new Int32Array(end / 4);
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    this.#inputs = gpu.memory.create(end, STORAGE | COPY_DST, 'a micro-batch');
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, { length }]) => [
        name,
        backend.tensorOn(this.#inputs, offsets.get(name)!, [length], 'int32'),
      ]),
    );
    const recorder = new Recorder();
    const recorded = backend.capture(recorder, () => record(tensors));
    const pins = new Map<VirtualBuffer, TensorPlace>();
    pin(pins, backend.placeOf(recorded.loss), results.loss, 'the loss');
    for (const [key, gradient] of recorded.gradients) {
      pin(pins, backend.placeOf(gradient), gradients.part(key), key);
    }
    tf.dispose([recorded.loss, ...recorded.gradients.values(), ...Object.values(tensors)]);
    this.plan = new StepPlan(gpu, arena, recorder.dispatches, pins, findCopy);
  }

  /**
   * Runs the step on a micro-batch: adds its gradients to those gathered, or replaces them, as `step.addsGradients` tells.
   *
   * @param update adds the parameters' update to the step's commands
   */
  run(inputs: StepInputs, step: StepNumbers, update?: (encoder: GPUCommandEncoder) => void): void {
    for (const [name, offset] of this.#offsets) this.#staging.set(inputs[name]!, offset / 4);
    const { queue } = this.#gpu;
    queue.flush();
    queue.write(this.#inputs, 0, this.#staging);
    this.#startedAt = performance.now();
    const submits = Math.ceil(
      Math.min(this.#elapsedMs / queue.submitMs, this.plan.dispatches.length),
    );
    const finish = (encoder: GPUCommandEncoder) => {
      update?.(encoder);
      this.#results.copy(encoder);
    };
    this.plan.run(step, submits, submits > 1 ? undefined : finish);
    if (submits > 1) queue.submit(finish);
  }

  /** Reads the last run's results. Only an update measures the norm; without one it is that of an earlier update. */
  async read(): ReturnType<StepResults['read']> {
    const results = await this.#results.read();
    this.#elapsedMs = performance.now() - this.#startedAt;
    return results;
  }

  dispose(): void {
    this.plan.dispose();
    this.#gpu.memory.destroy(this.#inputs);
  }
}

/** Pins a buffer so that the tensor that is a part of it comes to lie at `to`. */
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
