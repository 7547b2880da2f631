import { Arena } from '../capture/arena';
import { Recorder } from '../device/recorder';
import { StepPlan } from '../capture/step-plan';
import type { StepResults } from '../capture/step-results';
import { stackStride } from '../code/buffer-part';
import type { GpuKernel } from '../code/gpu-kernel';
import type { StepNumber } from '../code/kernel-numbers';
import type { GpuBackend } from '../device/gpu-backend';
import { addSquaresKernel, clipKernel, NORM_GROUPS, NORM_SUMS } from '../kernels/gradient-norm';
import type { FlatBuffer } from './flat-buffer';
import type { HalfCopies } from './half-copies';

/** An optimiser as the GPU takes it: see `defineUpdateKernel`. */
export interface FlatRule {
  readonly kind: string;
  readonly slots: readonly string[];
  readonly kernel: GpuKernel;
}

/** Parameters that lie behind each other, as do their gradients and slots. */
interface Stretch {
  /** Key of the first parameter. */
  first: string;
  /** Bytes of all parameters. */
  size: number;
}

/** Numbers that a step decides. */
interface StepDecisions {
  /** Constants of the update, group by group. */
  constants: readonly Readonly<Record<string, number>>[];
  clipNorm: number;
  lossScale: number;
}

/** Placeholder: none of these kernels reads the inputs of a captured step. */
const NO_STEP = { seed: 0, step: 0, denominator: 1, lossScale: 1, addsGradients: false };

/**
 * Clipping and an optimiser's update for parameters behind each other. Where they lie in one buffer, a step takes a dispatch for the norm, one
 * for the clipping factor and one for each group; no number passes through the host. Gradients and slots lie in the order of the parameters,
 * without those that are not trained.
 */
export class FlatOptimizer {
  readonly gradients: FlatBuffer;
  /** Buffers of the rule's slots, by name. */
  readonly slots: ReadonlyMap<string, FlatBuffer>;
  readonly #backend: GpuBackend;
  readonly #parameters: FlatBuffer;
  readonly #rule: FlatRule;
  readonly #groups: readonly (readonly string[])[];
  readonly #sums: GPUBuffer;
  readonly #results: StepResults;
  readonly #plan: StepPlan;
  /** An arena that stays empty: every buffer here outlives a step. */
  readonly #arena: Arena;
  #decisions: StepDecisions | undefined;

  /**
   * @param results whose norm it writes
   * @param groups keys of the trained parameters, by the constants that move them; fastest where each group lies in one piece
   * @param copies brought up to date after each step
   */
  constructor(
    backend: GpuBackend,
    parameters: FlatBuffer,
    results: StepResults,
    rule: FlatRule,
    groups: readonly (readonly string[])[],
    copies?: HalfCopies,
  ) {
    this.#backend = backend;
    this.#parameters = parameters;
    this.#results = results;
    this.#rule = rule;
    this.#groups = groups;
    const isTrained = new Set(groups.flat());
    const trained = [...parameters.parts.keys()].filter((key) => isTrained.has(key));
    this.gradients = parameters.like(trained, 'gradients');
    this.slots = new Map(
      rule.slots.map((slot) => [slot, parameters.like(trained, `${slot} of ${rule.kind}`)]),
    );
    const usage = GPUBufferUsage.STORAGE;
    this.#sums = backend.gpu.memory.create(4 * NORM_SUMS, usage, 'sums of the gradient norm');
    const recorder = new Recorder();
    backend.capture(recorder, () => {
      this.#measure();
      groups.forEach((_, group) => this.#update(group));
      copies?.update();
    });
    this.#arena = new Arena(backend.gpu.memory);
    this.#plan = new StepPlan(backend.gpu, this.#arena, recorder.dispatches, new Map());
  }

  /**
   * Adds a step to commands: measures, clips and applies the gradients. Nothing moves where their norm, or the loss before it, is no finite
   * number.
   *
   * @param constants of the rule's kernel, group by group
   * @param clipNorm norm that gradients are scaled down to; 0 never clips
   */
  append(
    encoder: GPUCommandEncoder,
    constants: StepDecisions['constants'],
    clipNorm: number,
    lossScale = 1,
  ): void {
    this.#decisions = { constants, clipNorm, lossScale };
    this.#plan.append(encoder, NO_STEP);
  }

  /** Dispatches the gradients' norm and the factor that clips them. */
  #measure(): void {
    const backend = this.#backend;
    const sums = { buffer: this.#sums, offset: 0, size: this.#sums.size };
    const { loss, norm: results } = this.#results;
    let first = 0;
    for (const stretch of findStretches([...this.gradients.parts.keys()], [this.gradients])) {
      const x = placeOf(this.gradients, stretch);
      const vectors = stretch.size / 16;
      backend.dispatch(addSquaresKernel, { x, sums }, { vectors, first }, NORM_GROUPS);
      first += vectors;
    }
    const clipping = {
      count: NORM_SUMS,
      clipNorm: { now: 0, at: () => this.#decisions!.clipNorm },
      lossScale: { now: 1, at: () => this.#decisions!.lossScale },
    };
    backend.dispatch(clipKernel, { parts: sums, loss, results }, clipping, 1);
  }

  /** Dispatches the update of a group's parameters; the constants are asked for when it runs. */
  #update(group: number): void {
    const { slots, kernel } = this.#rule;
    const order = [...this.gradients.parts.keys()];
    const inGroup = new Set(this.#groups[group]);
    const keys = order.filter((key) => inGroup.has(key));
    const constants = Object.keys(kernel.numbers)
      .filter((name) => name !== 'vectors' && name !== 'step')
      .map((name) => [name, this.#constant(group, name)] as const);
    for (const stretch of findStretches(keys, [this.#parameters, this.gradients])) {
      const vectors = stretch.size / 16;
      const groups = Math.min(Math.ceil(vectors / 64), 65_535);
      const states = slots.map((slot) => [slot, placeOf(this.slots.get(slot)!, stretch)] as const);
      this.#backend.dispatch(
        kernel,
        {
          parameters: placeOf(this.#parameters, stretch),
          ...Object.fromEntries(states),
          gradients: placeOf(this.gradients, stretch),
          results: this.#results.norm,
        },
        { vectors, step: 64 * groups, ...Object.fromEntries(constants) },
        groups,
      );
    }
  }

  /** Asks for a group's constant when the update runs. */
  #constant(group: number, name: string): StepNumber {
    return { now: 0, at: () => this.#decisions!.constants[group]![name]! };
  }

  dispose(): void {
    this.#plan.dispose();
    this.#arena.dispose();
    for (const flat of [this.gradients, ...this.slots.values()]) flat.dispose();
    this.#backend.gpu.memory.destroy(this.#sums);
  }
}

/** Cuts parameters, in the buffers' order, into stretches that lie in one piece in each of the buffers. */
function findStretches(keys: readonly string[], buffers: readonly FlatBuffer[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const key of keys) {
    const last = stretches.at(-1);
    const size = stackStride(buffers[0]!.part(key).shape);
    if (last && buffers.every((flat) => follows(flat, last, key))) last.size += size;
    else stretches.push({ first: key, size });
  }
  return stretches;
}

/** Tells whether a parameter stands right behind a stretch. */
function follows(flat: FlatBuffer, { first, size }: Stretch, key: string): boolean {
  const [start, next] = [flat.part(first), flat.part(key)];
  return start.buffer === next.buffer && start.offset + size === next.offset;
}

/** Finds where a stretch lies in a buffer. */
function placeOf(flat: FlatBuffer, { first, size }: Stretch) {
  const { buffer, offset } = flat.part(first);
  return { buffer, offset, size };
}
