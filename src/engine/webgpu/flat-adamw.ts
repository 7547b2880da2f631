import {
  adamwNumbers,
  clipKernel,
  flatAdamwKernel,
  SQUARE_GROUPS,
  sumOfSquaresKernel,
} from '../kernels/webgpu-optimizer';
import type { AdamwStep } from '../ops/adamw';
import { Arena } from './arena';
import { Recorder } from './recorder';
import { StepPlan } from './step-plan';
import { FlatBuffer } from './flat-buffer';
import { type GpuBackend } from './gpu-backend';
import { Readback } from './readback';

/** A run of parameters that lie behind each other in both buffers, in bytes. */
interface Stretch {
  /** In the parameters' buffer. */
  from: number;
  /** In those of gradients and moments. */
  at: number;
  size: number;
  /** Bytes from the start that decay. */
  decayed: number;
}

/** What a step decides. */
type StepDecisions = ReturnType<typeof adamwNumbers> & { clipNorm: number };

/** These dispatches ask for nothing of it. */
const noStep = { seed: 0, step: 0, denominator: 1, addsGradients: false };

/**
 * Clipping and AdamW for parameters in one buffer: three dispatches and no number that passes through the host. Gradients and moments lie in
 * buffers of the same order, without the parameters that are not trained.
 */
export class FlatAdamw {
  readonly gradients: FlatBuffer;
  readonly m: FlatBuffer;
  readonly v: FlatBuffer;
  readonly #backend: GpuBackend;
  readonly #parameters: FlatBuffer;
  readonly #stretches: Stretch[];
  readonly #parts: GPUBuffer;
  readonly #results: GPUBuffer;
  readonly #norm: Readback;
  readonly #plan: StepPlan;
  /** Empty: every buffer here outlives a step. */
  readonly #arena: Arena;
  #numbers: StepDecisions | undefined;

  /**
   * @param trained in the order of the parameters' buffer
   * @param decays which of them; all of those before any other, in each stretch
   */
  constructor(
    backend: GpuBackend,
    parameters: FlatBuffer,
    trained: readonly string[],
    decays: (key: string) => boolean,
  ) {
    this.#backend = backend;
    this.#parameters = parameters;
    const shapes = new Map(trained.map((key) => [key, parameters.part(key).shape]));
    this.gradients = new FlatBuffer(backend, shapes, 'gradients');
    this.m = new FlatBuffer(backend, shapes, 'first moments');
    this.v = new FlatBuffer(backend, shapes, 'second moments');
    const limit = backend.device.limits.maxStorageBufferBindingSize;
    this.#stretches = findStretches(parameters, this.gradients, decays, limit);
    const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    this.#parts = backend.createBuffer(
      4 * SQUARE_GROUPS * this.#stretches.length,
      usage,
      'parts of the gradient norm',
    );
    this.#results = backend.createBuffer(16, usage, 'norm and factor');
    this.#norm = new Readback(backend, this.#results, 1);
    const recorder = new Recorder();
    backend.capture(recorder, () => this.#dispatch());
    this.#arena = new Arena(backend);
    this.#plan = new StepPlan(backend, this.#arena, recorder.dispatches, new Map());
  }

  /** Measures, clips and applies the gradients; nothing moves where their norm is no finite number. The norm can be read when this is done. */
  step(step: Omit<AdamwStep, 'gradientFactor'>, clipNorm: number): void {
    this.#numbers = { ...adamwNumbers(step), clipNorm };
    this.#backend.flush();
    this.#plan.run(noStep, 1, (encoder) => this.#norm.copy(encoder));
  }

  /** The three dispatches, for each stretch of parameters; what a step decides is asked for when it runs. */
  #dispatch(): void {
    const backend = this.#backend;
    const whole = (buffer: GPUBuffer) => ({ buffer, offset: 0, size: buffer.size });
    const [parts, results] = [whole(this.#parts), whole(this.#results)];
    const later = (name: keyof StepDecisions) => ({ now: 0, at: () => this.#numbers![name] });
    this.#stretches.forEach(({ at, size }, index) => {
      const x = { buffer: this.gradients.buffer, offset: at, size };
      const numbers = { vectors: size / 16, base: index * SQUARE_GROUPS };
      backend.dispatch(sumOfSquaresKernel, { x, parts }, numbers, SQUARE_GROUPS);
    });
    const count = SQUARE_GROUPS * this.#stretches.length;
    backend.dispatch(clipKernel, { parts, results }, { count, clipNorm: later('clipNorm') }, 1);
    for (const { from, at, size, decayed } of this.#stretches) {
      const vectors = size / 16;
      const groups = Math.min(Math.ceil(vectors / 64), 65_535);
      const part = ({ buffer }: FlatBuffer, offset: number) => ({ buffer, offset, size });
      backend.dispatch(
        flatAdamwKernel,
        {
          parameters: part(this.#parameters, from),
          m: part(this.m, at),
          v: part(this.v, at),
          gradients: part(this.gradients, at),
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

  /** The gradients' norm in the last step. */
  async readNorm(): Promise<number> {
    const [norm] = await this.#norm.read();
    return norm!;
  }

  dispose(): void {
    this.#plan.dispose();
    this.#arena.dispose();
    for (const flat of [this.gradients, this.m, this.v]) flat.dispose();
    this.#backend.destroyBuffer(this.#parts);
    this.#norm.dispose();
    this.#backend.destroyBuffer(this.#results);
  }
}

/** Cuts the trained parameters into stretches that both buffers have in one piece, that decay first, and that a binding can hold. */
function findStretches(
  parameters: FlatBuffer,
  trained: FlatBuffer,
  decays: (key: string) => boolean,
  limit: number,
): Stretch[] {
  const stretches: Stretch[] = [];
  const ends = endsOf(trained);
  for (const [key, { offset: at }] of trained.parts) {
    const from = parameters.part(key).offset;
    const size = ends.get(key)! - at;
    const last = stretches.at(-1);
    const isDecayed = decays(key);
    const goesOn =
      last &&
      last.from + last.size === from &&
      last.at + last.size === at &&
      last.size + size <= limit &&
      (!isDecayed || last.decayed === last.size);
    if (goesOn) {
      if (isDecayed) last.decayed += size;
      last.size += size;
    } else {
      if (size > limit)
        throw new Error(
          `${key} has ${size} bytes, but this GPU binds at most ${limit} at once; choose the CPU, or a smaller encoder.`,
        );
      stretches.push({ from, at, size, decayed: isDecayed ? size : 0 });
    }
  }
  return stretches;
}

/** Where each part ends, the zeros behind it included. */
function endsOf({ parts, buffer }: FlatBuffer): Map<string, number> {
  const keys = [...parts.keys()];
  const begins = keys.map((key) => parts.get(key)!.offset);
  return new Map(keys.map((key, index) => [key, begins[index + 1] ?? buffer.size]));
}
