import {
  isVirtual,
  PART_ALIGNMENT,
  type BufferPart,
  type TensorPlace,
  type VirtualBuffer,
} from '../code/buffer-part';
import { pipelineKey, spreadGroups, type RecordedDispatch } from '../code/gpu-kernel';
import {
  packNumbers,
  writeNumber,
  type NumberForm,
  type StepNumber,
  type StepNumbers,
} from '../code/kernel-numbers';
import type { GpuDevice } from '../device/gpu-device';
import { assignSlots, type Arena, type Lifetime } from './arena';
import { foldEpilogues } from './fold-epilogues';
import { storeInHalf, type FindHalfCopy } from './half-storage';

/** A dispatch of a plan: its pipeline and its place in the buffer of numbers are known. */
interface PlannedDispatch extends RecordedDispatch {
  pipeline: GPUComputePipeline;
  uniform: { offset: number; size: number };
  /** Groups of the dispatch by dimension. */
  size: readonly [number, number, number];
  bindGroup?: GPUBindGroup;
}

/**
 * A captured step that can run again, as a CUDA graph replays a stream: without tfjs, and with hardly any JavaScript for each kernel.
 *
 * Its buffers lie in an arena that plans share. A buffer that is read after the run is pinned to a place outside of it. Numbers that change
 * between steps are in one buffer, written before each run. The batch's buffers change too, but belong to the caller.
 */
export class StepPlan {
  readonly dispatches: readonly PlannedDispatch[];
  readonly #gpu: GpuDevice;
  readonly #arena: Arena;
  readonly #slots = new Map<VirtualBuffer, number>();
  readonly #pins: ReadonlyMap<VirtualBuffer, TensorPlace>;
  readonly #constants: GPUBuffer;
  readonly #constantOffsets = new Map<VirtualBuffer, number>();
  readonly #uniforms: GPUBuffer;
  readonly #numbers: DataView;
  readonly #stepNumbers: { at: number; form: NumberForm; value: StepNumber }[] = [];
  #boundTo = -1;

  /**
   * @param pins places of the buffers that are read after the run
   * @param findCopy finds parameters' copies in half precision; where it is given, states are stored in half precision too
   */
  constructor(
    gpu: GpuDevice,
    arena: Arena,
    recorded: readonly RecordedDispatch[],
    pins: ReadonlyMap<VirtualBuffer, TensorPlace>,
    findCopy?: FindHalfCopy,
  ) {
    this.#gpu = gpu;
    this.#arena = arena;
    this.#pins = pins;
    const isKept = (buffer: VirtualBuffer) => pins.has(buffer);
    const folded = foldEpilogues(recorded, isKept);
    const dispatches = findCopy ? storeInHalf(folded, isKept, findCopy) : folded;
    const constants = this.#placeBuffers(dispatches);
    this.#constants = constants;
    const alignment = gpu.device.limits.minUniformBufferOffsetAlignment;
    let end = 0;
    this.dispatches = dispatches.map((dispatch) => {
      const size = 16 * Math.ceil((dispatch.values.length + 1) / 4);
      const uniform = { offset: end, size };
      end += alignment * Math.ceil(size / alignment);
      const pipeline = gpu.pipelines.get(dispatch.kernel, dispatch.halves);
      return { ...dispatch, uniform, pipeline, size: spreadGroups(dispatch.groups) };
    });
    this.#numbers = new DataView(new ArrayBuffer(end));
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#uniforms = gpu.memory.create(Math.max(16, end), usage, 'numbers of a plan');
    for (const { kernel, groups, values, uniform } of this.dispatches)
      this.#setNumbers(kernel, groups, values, uniform.offset);
  }

  /**
   * Runs the step with other numbers. The batch's buffers must have been written.
   *
   * @param submits parts that the step is submitted in, so that others may use the device in between
   * @param finish adds commands that come after the step
   */
  run(step: StepNumbers, submits = 1, finish?: (encoder: GPUCommandEncoder) => void): void {
    this.#prepare(step);
    const { length } = this.dispatches;
    const count = Math.ceil(length / submits);
    for (let first = 0; first < length; first += count) {
      const end = Math.min(first + count, length);
      this.#gpu.queue.submit((encoder) => {
        this.#encode(encoder, first, end);
        if (end === length) finish?.(encoder);
      });
    }
  }

  /** Adds the step to commands, which must be submitted before it is run again. */
  append(encoder: GPUCommandEncoder, step: StepNumbers): void {
    this.#prepare(step);
    this.#encode(encoder, 0, this.dispatches.length);
  }

  /** Describes each dispatch by what does not change from step to step: two captures of one shape must give the same text. */
  describe(): string[] {
    return this.dispatches.map(({ kernel, halves, groups, values, places }) => {
      const numbers = values.map((value) => (typeof value === 'number' ? value : 'of the step'));
      const sizes = places.map(({ buffer, offset, size }) => {
        const constant = isVirtual(buffer) ? buffer.constant : undefined;
        return constant ? `constant ${[...constant].join(' ')}` : `${offset}+${size}`;
      });
      return [pipelineKey(kernel, halves), groups, ...numbers, ...sizes].join(', ');
    });
  }

  dispose(): void {
    this.#gpu.memory.destroy(this.#constants);
    this.#gpu.memory.destroy(this.#uniforms);
  }

  /** Writes the numbers that belong to this step. */
  #prepare(step: StepNumbers): void {
    this.#bind();
    for (const { at, form, value } of this.#stepNumbers)
      writeNumber(this.#numbers, at, form, value.at(step));
    this.#gpu.queue.write(this.#uniforms, 0, this.#numbers);
  }

  #encode(encoder: GPUCommandEncoder, first: number, end: number): void {
    const { timer } = this.#gpu;
    let pass = timer ? undefined : encoder.beginComputePass();
    let last: GPUComputePipeline | undefined;
    for (let index = first; index < end; index++) {
      const { pipeline, bindGroup, size, kernel, halves } = this.dispatches[index]!;
      if (timer) {
        pass?.end();
        pass = encoder.beginComputePass(timer.pass(kernel, halves));
        last = undefined;
      }
      if (pipeline !== last) pass!.setPipeline((last = pipeline));
      pass!.setBindGroup(0, bindGroup);
      pass!.dispatchWorkgroups(size[0], size[1]); // spread arguments take the browser's slow path
    }
    pass?.end();
  }

  /** Gives each buffer its slot in the arena, and each constant its place in a buffer of constants, which it returns. */
  #placeBuffers(dispatches: readonly RecordedDispatch[]): GPUBuffer {
    const lifetimes = new Map<VirtualBuffer, Lifetime>();
    const constants: { offset: number; numbers: Float32Array | Int32Array }[] = [];
    dispatches.forEach(({ kernel, places }, index) => {
      const forms = Object.values<string>(kernel.tensors);
      places.forEach(({ buffer }, binding) => {
        if (!isVirtual(buffer) || this.#pins.has(buffer) || this.#constantOffsets.has(buffer))
          return;
        if (buffer.constant) {
          const offset = PART_ALIGNMENT * constants.length;
          constants.push({ offset, numbers: buffer.constant });
          this.#constantOffsets.set(buffer, offset);
          return;
        }
        const lifetime = lifetimes.get(buffer);
        if (lifetime) lifetime.last = index;
        else if (forms[binding]!.startsWith('read'))
          throw new Error(`${kernel.name} reads what no kernel of the step has written.`);
        else lifetimes.set(buffer, { size: buffer.size, first: index, last: index });
      });
    });
    const { slots, sizes } = assignSlots([...lifetimes.values()]);
    [...lifetimes.keys()].forEach((buffer, index) => this.#slots.set(buffer, slots[index]!));
    this.#arena.reserve(sizes);
    const buffer = this.#gpu.memory.create(
      PART_ALIGNMENT * Math.max(1, constants.length),
      GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
      'constants of a plan',
    );
    for (const { offset, numbers } of constants) this.#gpu.queue.write(buffer, offset, numbers);
    return buffer;
  }

  #setNumbers(
    kernel: RecordedDispatch['kernel'],
    groups: number,
    values: RecordedDispatch['values'],
    offset: number,
  ): void {
    const now = values.map((value) => (typeof value === 'number' ? value : value.now));
    new Uint8Array(this.#numbers.buffer).set(
      new Uint8Array(packNumbers(kernel.numbers, groups, now)),
      offset,
    );
    Object.values<NumberForm>(kernel.numbers).forEach((form, index) => {
      const value = values[index]!;
      if (typeof value !== 'number')
        this.#stepNumbers.push({ at: offset + 4 * (index + 1), form, value });
    });
  }

  /** Makes the bind groups; it makes them again where the arena has replaced a slot. */
  #bind(): void {
    if (this.#boundTo === this.#arena.version) return;
    for (const dispatch of this.dispatches) {
      const places = dispatch.places.map((place) => this.#resolve(place));
      const uniform = { buffer: this.#uniforms, ...dispatch.uniform };
      dispatch.bindGroup = this.#gpu.pipelines.bind(dispatch.pipeline, places, uniform);
    }
    this.#boundTo = this.#arena.version;
  }

  #resolve({ buffer, offset, size }: TensorPlace): BufferPart {
    if (!isVirtual(buffer)) return { buffer, offset, size };
    const pin = this.#pins.get(buffer);
    if (pin) return { buffer: pin.buffer as GPUBuffer, offset: pin.offset + offset, size };
    const constant = this.#constantOffsets.get(buffer);
    if (constant !== undefined) return { buffer: this.#constants, offset: constant + offset, size };
    return { buffer: this.#arena.slot(this.#slots.get(buffer)!), offset, size };
  }
}
