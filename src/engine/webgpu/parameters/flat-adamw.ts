import { addSquaresKernel, clipKernel, NORM_GROUPS, NORM_SUMS } from '../kernels/gradient-norm';
import { adamwNumbers, flatAdamwKernel } from '../kernels/optimizer';
import type { AdamwStep } from '../../ops/adamw';
import { Arena } from '../capture/arena';
import { stackStride } from '../code/buffer-part';
import { Recorder } from '../device/recorder';
import { StepPlan } from '../capture/step-plan';
import type { FlatBuffer } from './flat-buffer';
import type { GpuBackend } from '../device/gpu-backend';
import type { HalfCopies } from './half-copies';
import type { StepResults } from '../capture/step-results';

/** Parameters that lie behind each other, as do their gradients and moments. */
interface Stretch {
  /** The key of the first. */
  first: string;
  /** In bytes, of all. */
  size: number;
  /** Bytes from the start that decay. */
  decayed: number;
}

/** What a step decides. */
type StepDecisions = ReturnType<typeof adamwNumbers> & { clipNorm: number; lossScale: number };

/** These dispatches ask for nothing of it. */
const NO_STEP = { seed: 0, step: 0, denominator: 1, lossScale: 1, addsGradients: false };

/**
 * Clipping and AdamW for parameters behind each other: three dispatches where they are in one buffer, and no number that passes through the
 * host. Gradients and moments lie in the same order, without the parameters that are not trained.
 */
export class FlatAdamw {
  readonly gradients: FlatBuffer;
  readonly m: FlatBuffer;
  readonly v: FlatBuffer;
  readonly #backend: GpuBackend;
  readonly #parameters: FlatBuffer;
  readonly #stretches: Stretch[];
  readonly #sums: GPUBuffer;
  readonly #results: StepResults;
  readonly #plan: StepPlan;
  /** Empty: every buffer here outlives a step. */
  readonly #arena: Arena;
  #numbers: StepDecisions | undefined;

  /**
   * @param trained in the order of the parameters' buffer
   * @param results whose norm it writes
   * @param decays which of them; all of those before any other, in each stretch
   * @param copies brought up to date after each step
   */
  constructor(
    backend: GpuBackend,
    parameters: FlatBuffer,
    results: StepResults,
    trained: readonly string[],
    decays: (key: string) => boolean,
    copies?: HalfCopies,
  ) {
    this.#backend = backend;
    this.#parameters = parameters;
    this.gradients = parameters.like(trained, 'gradients');
    this.m = parameters.like(trained, 'first moments');
    this.v = parameters.like(trained, 'second moments');
    this.#stretches = findStretches(parameters, this.gradients, decays);
    this.#results = results;
    const usage = GPUBufferUsage.STORAGE;
    this.#sums = backend.gpu.memory.create(4 * NORM_SUMS, usage, 'sums of the gradient norm');
    const recorder = new Recorder();
    backend.capture(recorder, () => {
      this.#dispatch();
      copies?.update();
    });
    this.#arena = new Arena(backend.gpu.memory);
    this.#plan = new StepPlan(backend.gpu, this.#arena, recorder.dispatches, new Map());
  }

  /**
   * Adds a step to commands: measures, clips and applies the gradients. Nothing moves where their norm, or the loss before it, is no finite
   * number.
   */
  append(
    encoder: GPUCommandEncoder,
    step: Omit<AdamwStep, 'gradientFactor'>,
    clipNorm: number,
    lossScale = 1,
  ): void {
    this.#numbers = { ...adamwNumbers(step), clipNorm, lossScale };
    this.#plan.append(encoder, NO_STEP);
  }

  /** The three dispatches, for each stretch of parameters; what a step decides is asked for when it runs. */
  #dispatch(): void {
    const backend = this.#backend;
    const sums = { buffer: this.#sums, offset: 0, size: this.#sums.size };
    const { loss, norm: results } = this.#results;
    const later = (name: keyof StepDecisions) => ({ now: 0, at: () => this.#numbers![name] });
    const part = (flat: FlatBuffer, { first, size }: Stretch) => {
      const { buffer, offset } = flat.part(first);
      return { buffer, offset, size };
    };
    let first = 0;
    for (const stretch of this.#stretches) {
      const vectors = stretch.size / 16;
      const x = part(this.gradients, stretch);
      backend.dispatch(addSquaresKernel, { x, sums }, { vectors, first }, NORM_GROUPS);
      first += vectors;
    }
    const clipping = {
      count: NORM_SUMS,
      clipNorm: later('clipNorm'),
      lossScale: later('lossScale'),
    };
    backend.dispatch(clipKernel, { parts: sums, loss, results }, clipping, 1);
    for (const stretch of this.#stretches) {
      const { size, decayed } = stretch;
      const vectors = size / 16;
      const groups = Math.min(Math.ceil(vectors / 64), 65_535);
      backend.dispatch(
        flatAdamwKernel,
        {
          parameters: part(this.#parameters, stretch),
          m: part(this.m, stretch),
          v: part(this.v, stretch),
          gradients: part(this.gradients, stretch),
          results,
        },
        {
          ...{ vectors, decayed: decayed / 16, step: 64 * groups },
          ...{ beta1: later('beta1'), rest1: later('rest1') },
          ...{ beta2: later('beta2'), rest2: later('rest2'), epsilon: later('epsilon') },
          ...{ kept: later('kept'), rate: later('rate'), rootScale: later('rootScale') },
        },
        groups,
      );
    }
  }

  dispose(): void {
    this.#plan.dispose();
    this.#arena.dispose();
    for (const flat of [this.gradients, this.m, this.v]) flat.dispose();
    this.#backend.gpu.memory.destroy(this.#sums);
  }
}

/** Cuts the trained parameters into stretches that are in one piece everywhere, and in which those that decay come first. */
function findStretches(
  parameters: FlatBuffer,
  trained: FlatBuffer,
  decays: (key: string) => boolean,
): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [key, { shape }] of trained.parts) {
    const size = stackStride(shape);
    const last = stretches.at(-1);
    const isDecayed = decays(key);
    const goesOn =
      last &&
      [parameters, trained].every((flat) => follows(flat, last, key)) &&
      (!isDecayed || last.decayed === last.size);
    if (goesOn) {
      if (isDecayed) last.decayed += size;
      last.size += size;
    } else stretches.push({ first: key, size, decayed: isDecayed ? size : 0 });
  }
  return stretches;
}

/** Whether a parameter stands right behind a stretch. */
function follows(flat: FlatBuffer, { first, size }: Stretch, key: string): boolean {
  const [start, next] = [flat.part(first), flat.part(key)];
  return start.buffer === next.buffer && start.offset + size === next.offset;
}
