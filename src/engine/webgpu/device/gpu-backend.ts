import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import {
  packNumbers,
  spreadGroups,
  type GpuKernel,
  type Halves,
  type KernelNumber,
} from '../code/gpu-kernel';
import {
  bytesOf,
  expectRoom,
  stackStride,
  type BufferPart,
  type TensorPlace,
} from '../code/buffer-part';
import { FaultWatch } from './fault-watch';
import type { KernelTimer } from './kernel-timer';
import { PipelineCache } from './pipeline-cache';
import { readBuffer } from './readback';
import { REGISTERS_ONLY, type TileChoice } from '../products/tile-choice';
import type { Recorder, VirtualBuffer } from '../capture/recorder';
import { SUBMIT_MS, SubmitPace } from './submit-pace';
import type { Insides, TensorRecord } from './tfjs-insides';

/**
 * tfjs' WebGPU backend, and what it lacks: kernels with several outputs, tensors that are parts of a buffer, and a recorder in place of the
 * device while a step is captured.
 */
export class GpuBackend extends WebGPUBackend {
  readonly pipelines = new PipelineCache(this.device);
  /** What tells this adapter from others; empty where the browser names none. */
  readonly adapter: string;
  /** How products are computed here; registers until another choice is made. */
  tiles: TileChoice = REGISTERS_ONLY;
  /** Bytes of a buffer that a kernel can bind as a whole; a test may set it lower. */
  largestBuffer: number;
  /** Where set, each dispatch has a pass of its own, and is timed. */
  timer: KernelTimer | undefined;
  #recorder: Recorder | undefined;
  #ownBytes = 0;
  /** Of submits outside of plans. */
  pace: Pick<SubmitPace, 'dispatches' | 'noteSubmit'> = new SubmitPace(this.queue);
  /** What a replayed step is cut into submits by; a benchmark of its JavaScript wants one submit. */
  submitMs = SUBMIT_MS;
  readonly faults: FaultWatch;

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info);
    this.faults = new FaultWatch(device);
    const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
    this.largestBuffer = Math.min(maxBufferSize, maxStorageBufferBindingSize);
    const { vendor, architecture, device: model, description } = info;
    this.adapter = [vendor, architecture, model, description].filter(Boolean).join(', ');
    const insides = this.#insides;
    const published = insides.tensorToBinding.bind(this);
    insides.tensorToBinding = (tensor) => {
      const { part, resource } = insides.tensorMap.get(tensor.dataId);
      return part ? { buffer: resource as GPUBuffer, ...part } : published(tensor);
    };
  }

  get #insides(): Insides {
    return this as unknown as Insides;
  }

  /** A new tensor, its numbers not yet written. */
  allocate(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): tf.TensorInfo {
    const tensor = this.makeTensorInfo([...shape], dtype);
    const record = this.#record(tensor);
    if (this.#recorder) {
      record.resource = this.#recorder.allocate(bytesOf(tensor));
      record.external = true;
    } else {
      this.uploadToGPU(tensor.dataId);
    }
    return tensor;
  }

  /** New tensors of one shape in one buffer, `stackStride` apart. */
  allocateStack(shape: readonly number[], count: number): tf.TensorInfo[] {
    const stride = stackStride(shape);
    const whole = this.allocate([(stride * count) / 4]);
    const parts = Array.from({ length: count }, (_, index) =>
      this.partOf(whole, index * stride, shape),
    );
    this.disposeData(whole.dataId);
    return parts;
  }

  /** A tensor on a part of another's buffer, from an offset in bytes that is a multiple of 256. The buffer lives as long as one of them. */
  partOf(whole: tf.TensorInfo, offset: number, shape: readonly number[]): tf.TensorInfo {
    const of = this.#record(whole);
    const part = this.#partOf(of.resource!, offset + (of.part?.offset ?? 0), shape);
    this.#record(part).whole = of.whole ?? whole.dataId;
    this.incRef(of.whole ?? whole.dataId);
    return part;
  }

  /** A tensor on a part of a buffer of ours, which the caller keeps. */
  tensorOn(
    buffer: GPUBuffer,
    offset: number,
    shape: readonly number[],
    type: 'float32' | 'int32' = 'float32',
  ): tf.Tensor {
    const { dataId, dtype } = this.#partOf(buffer, offset, shape, type);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }, this);
  }

  /** Copies a tensor's numbers into a buffer; not inside a capture, where kernels alone are recorded. */
  copyInto(to: Pick<TensorPlace, 'buffer' | 'offset'>, tensor: tf.TensorInfo): void {
    if (this.#recorder) throw new Error('A tensor was copied inside a capture.');
    const { buffer: from, offset: at } = this.placeOf(tensor);
    const insides = this.#insides;
    this.ensureCommandEncoderReady();
    this.endComputePassEncoder();
    insides.commandQueueOwnedIds.add(tensor.dataId);
    const [source, target] = [from as GPUBuffer, to.buffer as GPUBuffer];
    insides.commandEncoder!.copyBufferToBuffer(source, at, target, to.offset, bytesOf(tensor));
  }

  /** The same numbers as another tensor: for an output that was written in place. */
  alias({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Where a tensor stands on the device; it is uploaded first where need be. */
  placeOf(tensor: tf.TensorInfo): TensorPlace {
    const record = this.#record(tensor);
    if (!record.resource) {
      if (this.#recorder) return this.#recorder.constant(tensor, record.values);
      this.uploadToGPU(tensor.dataId);
    }
    const buffer = record.resource!;
    return { buffer, offset: 0, size: bytesOf(tensor), ...record.part };
  }

  /**
   * Runs a kernel, or records that it ran.
   *
   * @param tensors by the kernel's names; one that is written must not be given under another name as well
   * @param halves those that are in half precision
   */
  dispatch<Tensors extends string, Numbers extends string>(
    kernel: GpuKernel<Tensors, Numbers>,
    tensors: Readonly<Record<NoInfer<Tensors>, tf.TensorInfo | TensorPlace>>,
    numbers: Readonly<Record<NoInfer<Numbers>, KernelNumber>>,
    groups: number,
    halves?: Halves,
  ): void {
    const names = Object.keys(kernel.tensors) as Tensors[];
    const places = names.map((name) => {
      const tensor = tensors[name] as tf.TensorInfo | TensorPlace | undefined;
      if (!tensor) throw new Error(`${kernel.name} was not given ${name}.`);
      return 'dataId' in tensor ? this.placeOf(tensor) : tensor;
    });
    const values = (Object.keys(kernel.numbers) as Numbers[]).map((name) => numbers[name]);
    if (this.#recorder) {
      this.#recorder.record({ kernel, places, values, groups, ...(halves ? { halves } : {}) });
      return;
    }
    const insides = this.#insides;
    names.forEach((name, index) => {
      const tensor = tensors[name];
      if (!('dataId' in tensor)) return;
      insides.commandQueueOwnedIds.add(tensor.dataId);
      // What was read of a tensor is no longer so once it is written.
      if (Object.values<string>(kernel.tensors)[index]!.startsWith('write'))
        this.#record(tensor).values = null;
    });
    const bytes = packNumbers(
      kernel,
      groups,
      values.map((value) => (typeof value === 'number' ? value : value.now)),
    );
    const uniform = this.bufferManager.acquireBuffer(
      bytes.byteLength,
      GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM,
    );
    this.queue.writeBuffer(uniform, 0, bytes);
    insides.uniformPendingDisposal.push(uniform);
    const pipeline = this.pipelines.get(kernel, halves);
    this.ensureCommandEncoderReady();
    if (this.timer) this.endComputePassEncoder();
    insides.computePassEncoder ??= insides.commandEncoder!.beginComputePass(
      this.timer?.pass(kernel, halves),
    );
    const pass = insides.computePassEncoder;
    pass.setPipeline(pipeline);
    pass.setBindGroup(
      0,
      this.pipelines.bind(pipeline, places as BufferPart[], { buffer: uniform }),
    );
    pass.dispatchWorkgroups(...spreadGroups(groups));
    const count = ++insides.dispatchCountInPass;
    if (count < this.pace.dispatches && !this.timer) return;
    this.flush();
    this.pace.noteSubmit(count);
  }

  /** Ends what tfjs gathers, so that what is submitted next comes after it. */
  flush(): void {
    this.endComputePassEncoder();
    if (this.#insides.commandEncoder) this.submitQueue();
  }

  /** Submits commands of their own. */
  submit(record: (encoder: GPUCommandEncoder) => void): void {
    const encoder = this.device.createCommandEncoder();
    record(encoder);
    this.queue.submit([encoder.finish()]);
  }

  /** Runs `record` with a recorder in place of the device. Nothing in it may read, and no kernel but ours may run. */
  capture<Result>(recorder: Recorder, record: () => Result): Result {
    this.flush();
    this.#recorder = recorder;
    try {
      return record();
    } finally {
      this.#recorder = undefined;
    }
  }

  /** A buffer of ours beside tfjs' own, which `tf.memory` counts too. @throws where the device has none so large. */
  createBuffer(size: number, usage: GPUBufferUsageFlags, label: string): GPUBuffer {
    expectRoom(label, size, this.device.limits.maxBufferSize);
    this.#ownBytes += size;
    return this.device.createBuffer({ size, usage, label });
  }

  /** Gives a buffer of ours back, after the kernels that wait to be submitted: a submit that names a destroyed buffer is refused. */
  destroyBuffer(buffer: GPUBuffer): void {
    this.flush();
    this.#ownBytes -= buffer.size;
    buffer.destroy();
  }

  override memory(): ReturnType<WebGPUBackend['memory']> {
    const memory = super.memory();
    memory.numBytesInGPU += this.#ownBytes;
    memory.numBytesAllocatedInGPU += this.#ownBytes;
    return memory;
  }

  override runWebGPUProgram(
    ...call: Parameters<WebGPUBackend['runWebGPUProgram']>
  ): ReturnType<WebGPUBackend['runWebGPUProgram']> {
    if (this.#recorder)
      throw new Error(`${call[0].constructor.name} of tfjs ran inside a capture; only ours can.`);
    return super.runWebGPUProgram(...call);
  }

  /** A part of a buffer is never cached: its buffer is written in place. */
  override async read(dataId: object): Promise<tf.BackendValues> {
    const { part, resource, dtype } = this.#insides.tensorMap.get(dataId);
    if (this.#recorder) throw new Error('A tensor was read inside a capture.');
    if (!part) return this.faults.guard(() => super.read(dataId));
    const numbers = await readBuffer(this, resource as GPUBuffer, part.offset, part.size);
    return dtype === 'int32' ? new Int32Array(numbers) : new Float32Array(numbers);
  }

  override readSync(dataId: object): tf.BackendValues {
    if (this.#insides.tensorMap.get(dataId).values) return super.readSync(dataId); // of the host still
    throw new Error(
      'WebGPU is never read synchronously: it returned wrong numbers and lost the device.',
    );
  }

  override disposeData(dataId: object, force = false): boolean {
    const { tensorMap } = this.#insides;
    const whole = tensorMap.has(dataId) ? tensorMap.get(dataId).whole : undefined;
    const isGone = super.disposeData(dataId, force);
    if (isGone && whole) this.disposeData(whole);
    return isGone;
  }

  #record(tensor: tf.TensorInfo): TensorRecord {
    return this.#insides.tensorMap.get(tensor.dataId);
  }

  #partOf(
    buffer: GPUBuffer | VirtualBuffer,
    offset: number,
    shape: readonly number[],
    dtype: 'float32' | 'int32' = 'float32',
  ): tf.TensorInfo {
    const tensor = this.makeTensorInfo([...shape], dtype);
    const record = this.#record(tensor);
    record.resource = buffer;
    record.external = true;
    record.part = { offset, size: bytesOf(tensor) };
    return tensor;
  }
}

/** The backend in use. @throws on any other. */
export function gpuBackend(): GpuBackend {
  const backend = tf.backend();
  if (backend instanceof GpuBackend) return backend;
  throw new Error(`The WebGPU engine is not in use; ${tf.getBackend()} is.`);
}
