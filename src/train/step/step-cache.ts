import type * as tf from '@tensorflow/tfjs-core';
import { Arena } from '../../engine/webgpu/capture/arena';
import { CapturedStep, type StepInputs } from '../../engine/webgpu/capture/captured-step';
import type { FlatBuffer } from '../../engine/webgpu/parameters/flat-buffer';
import type { GpuBackend } from '../../engine/webgpu/device/gpu-backend';
import type { HalfCopies } from '../../engine/webgpu/parameters/half-copies';
import type { StepResults } from '../../engine/webgpu/capture/step-results';
import type { Model } from '../../model/model';
import { differentiateInputs, layOutInputs } from './step-inputs';
import type { Loss } from '../task';
import type { TrainBatch } from './train-batch';

/** Shapes whose steps are kept: a corpus has some tens of them, and each plan takes little memory. */
const MAX_STEPS = 64;

/** Everything that the steps of a training share. */
interface StepPlace {
  backend: GpuBackend;
  model: Model;
  loss: Loss;
  /** Parameters that are trained. */
  parameters: ReadonlyMap<string, tf.Variable>;
  /** Buffer that gradients are gathered in. */
  gradients: FlatBuffer;
  results: StepResults;
  /** Copies of the weights in half precision; absent in f32. */
  copies?: HalfCopies;
}

/** The captured steps of a training, one for each shape of micro-batch; they share an arena. */
export class StepCache {
  readonly #place: StepPlace;
  readonly #arena: Arena;
  /** Steps by shape, the one used last at the end. */
  readonly #steps = new Map<string, CapturedStep>();

  constructor(place: StepPlace) {
    this.#place = place;
    this.#arena = new Arena(place.backend.gpu.memory);
  }

  /** Finds the step of this micro-batch's shape, or captures it, and lays out the inputs to run it on. */
  find(part: TrainBatch): { captured: CapturedStep; inputs: StepInputs } {
    const { backend, model, loss, parameters, gradients, results, copies } = this.#place;
    const { layout, inputs } = layOutInputs(model, part);
    let shape = part.dropout ? '' : 'without dropout';
    for (const name in inputs) shape += ` ${inputs[name]!.length}`;
    const known = this.#steps.get(shape);
    if (known) this.#steps.delete(shape);
    const captured =
      known ??
      new CapturedStep(
        backend,
        this.#arena,
        gradients,
        results,
        inputs,
        copies && ((place) => copies.find(place)),
        (tensors) => differentiateInputs(model, parameters, layout, tensors, part, loss),
      );
    this.#steps.set(shape, captured);
    if (this.#steps.size > MAX_STEPS) {
      const [oldest] = this.#steps.keys();
      this.#steps.get(oldest!)!.dispose();
      this.#steps.delete(oldest!);
    }
    return { captured, inputs };
  }

  /** Describes the dispatches of each shape so far, and the bytes that they share. */
  describe(): { plans: string[][]; arenaBytes: number } {
    const plans = Array.from(this.#steps.values(), ({ plan }) => plan.describe());
    return { plans, arenaBytes: this.#arena.bytes };
  }

  dispose(): void {
    for (const captured of this.#steps.values()) captured.dispose();
    this.#steps.clear();
    this.#arena.dispose();
  }
}
