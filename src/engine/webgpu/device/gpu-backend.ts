import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import {
  bytesOf,
  stackStride,
  type BufferPart,
  type TensorPlace,
  type VirtualBuffer,
} from '../code/buffer-part';
import {
  spreadGroups,
  type GpuKernel,
  type Halves,
  type RecordedDispatch,
} from '../code/gpu-kernel';
import { packNumbers, type KernelNumber } from '../code/kernel-numbers';
import { GpuDevice } from './gpu-device';
import type { Recorder } from './recorder';
import type { Insides, TensorRecord } from './tfjs-insides';

/**
 * tfjs' WebGPU backend with what it lacks: kernels with several outputs, tensors that are parts of a buffer, and a recorder that stands in for
 * the device while a step is captured.
 */
export class GpuBackend extends WebGPUBackend {
  readonly gpu: GpuDevice;
  #recorder: Recorder | undefined;

  constructor(device: GPUDevice, info: GPUAdapterInfo) {
    super(device, info);
    this.gpu = new GpuDevice(device, info, () => this.#submitGathered());
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

  /** Makes a tensor whose numbers are not yet written. */
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

  /** Makes tensors of one shape in one buffer, `stackStride` apart. */
  allocateStack(shape: readonly number[], count: number): tf.TensorInfo[] {
    const stride = stackStride(shape);
    const whole = this.allocate([(stride * count) / 4]);
    const parts = Array.from({ length: count }, (_, index) =>
      this.partOf(whole, index * stride, shape),
    );
    this.disposeData(whole.dataId);
    return parts;
  }

  /**
   * Makes a tensor on a part of another's buffer. The buffer lives as long as one of them.
   *
   * @param offset in bytes, a multiple of 256
   */
  partOf(whole: tf.TensorInfo, offset: number, shape: readonly number[]): tf.TensorInfo {
    const of = this.#record(whole);
    const part = this.#partOf(of.resource!, offset + (of.part?.offset ?? 0), shape);
    this.#record(part).whole = of.whole ?? whole.dataId;
    this.incRef(of.whole ?? whole.dataId);
    return part;
  }

  /** Makes a tensor on a part of a buffer that the caller keeps. */
  tensorOn(
    buffer: GPUBuffer,
    offset: number,
    shape: readonly number[],
    type: 'float32' | 'int32' = 'float32',
  ): tf.Tensor {
    const { dataId, dtype } = this.#partOf(buffer, offset, shape, type);
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape: [...shape], dtype }, this);
  }

  /** Copies a tensor's numbers into a buffer. @throws inside a capture, where only kernels are recorded. */
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

  /** Makes another tensor of the same numbers: for an output that was written in place. */
  alias({ dataId, shape, dtype }: tf.TensorInfo): tf.TensorInfo {
    this.incRef(dataId);
    return { dataId, shape, dtype };
  }

  /** Finds where a tensor stands on the device, and uploads it first where need be. */
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
   * Runs a kernel or, inside a capture, records that it ran.
   *
   * @param tensors by the kernel's names; one that is written must not be given under another name as well
   * @param halves names of the tensors that are in half precision
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
    const dispatch = { kernel, places, values, groups, ...(halves ? { halves } : {}) };
    if (this.#recorder) {
      this.#recorder.record(dispatch);
      return;
    }
    for (const name of names) {
      const tensor = tensors[name];
      if ('dataId' in tensor) this.#noteUse(tensor, kernel.tensors[name].startsWith('write'));
    }
    this.#run(dispatch);
  }

  /** Adds a dispatch to the commands that tfjs gathers, and submits these where they are enough. */
  #run({ kernel, places, values, groups, halves }: RecordedDispatch): void {
    const { pipelines, queue, timer } = this.gpu;
    const insides = this.#insides;
    const now = values.map((value) => (typeof value === 'number' ? value : value.now));
    const bytes = packNumbers(kernel.numbers, groups, now);
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM;
    const uniform = this.bufferManager.acquireBuffer(bytes.byteLength, usage);
    queue.write(uniform, 0, bytes);
    insides.uniformPendingDisposal.push(uniform);
    const pipeline = pipelines.get(kernel, halves);
    this.ensureCommandEncoderReady();
    if (timer) this.endComputePassEncoder();
    insides.computePassEncoder ??= insides.commandEncoder!.beginComputePass(
      timer?.pass(kernel, halves),
    );
    const pass = insides.computePassEncoder;
    pass.setPipeline(pipeline);
    pass.setBindGroup(0, pipelines.bind(pipeline, places as BufferPart[], { buffer: uniform }));
    pass.dispatchWorkgroups(...spreadGroups(groups));
    const count = ++insides.dispatchCountInPass;
    if (count < queue.pace.dispatches && !timer) return;
    queue.flush();
    queue.pace.noteSubmit(count);
  }

  /** Runs `record` with a recorder in place of the device. Nothing in it may read, and no kernel but ours may run. */
  capture<Result>(recorder: Recorder, record: () => Result): Result {
    this.gpu.queue.flush();
    this.#recorder = recorder;
    try {
      return record();
    } finally {
      this.#recorder = undefined;
    }
  }

  /** Counts our own buffers too. */
  override memory(): ReturnType<WebGPUBackend['memory']> {
    const memory = super.memory();
    memory.numBytesInGPU += this.gpu.memory.bytes;
    memory.numBytesAllocatedInGPU += this.gpu.memory.bytes;
    return memory;
  }

  override runWebGPUProgram(
    ...call: Parameters<WebGPUBackend['runWebGPUProgram']>
  ): ReturnType<WebGPUBackend['runWebGPUProgram']> {
    if (this.#recorder)
      throw new Error(`${call[0].constructor.name} of tfjs ran inside a capture; only ours can.`);
    return super.runWebGPUProgram(...call);
  }

  /** Reads a tensor. A part of a buffer is read anew each time, because its buffer is written in place. */
  override async read(dataId: object): Promise<tf.BackendValues> {
    const { part, resource, dtype } = this.#insides.tensorMap.get(dataId);
    if (this.#recorder) throw new Error('A tensor was read inside a capture.');
    const { queue } = this.gpu;
    if (!part) return queue.faults.guard(() => super.read(dataId));
    const numbers = await queue.read(resource as GPUBuffer, part.offset, part.size);
    return dtype === 'int32' ? new Int32Array(numbers) : new Float32Array(numbers);
  }

  override readSync(dataId: object): tf.BackendValues {
    if (this.#insides.tensorMap.get(dataId).values) return super.readSync(dataId); // still on the host
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

  #submitGathered(): void {
    this.endComputePassEncoder();
    if (this.#insides.commandEncoder) this.submitQueue();
  }

  /** Tells tfjs that the gathered commands use a tensor. A tensor that is written loses the copy that was read from it. */
  #noteUse(tensor: tf.TensorInfo, isWritten: boolean): void {
    this.#insides.commandQueueOwnedIds.add(tensor.dataId);
    if (isWritten) this.#record(tensor).values = null;
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

/** Finds the GPU's backend in use. @throws where another backend is. */
export function gpuBackend(): GpuBackend {
  const backend = tf.backend();
  if (backend instanceof GpuBackend) return backend;
  throw new Error(`The WebGPU engine is not in use; ${tf.getBackend()} is.`);
}
