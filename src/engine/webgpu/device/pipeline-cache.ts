import type { BufferPart } from '../code/buffer-part';
import { pipelineKey, writeShader, type GpuKernel, type Halves } from '../code/gpu-kernel';

/** A device's kernels, each compiled once. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Compiles where need be; the device waits for it. */
  get(kernel: GpuKernel, halves?: Halves): GPUComputePipeline {
    const key = pipelineKey(kernel, halves);
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      pipeline = this.#device.createComputePipeline(this.#describe(key, kernel, halves));
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
  }

  /** Compiles kernels in the background, side by side. @throws where the device refuses one. */
  async prepare(kernels: readonly GpuKernel[]): Promise<void> {
    await Promise.all(kernels.map((kernel) => this.#prepare(kernel)));
  }

  async #prepare(kernel: GpuKernel): Promise<void> {
    const key = pipelineKey(kernel);
    if (this.#pipelines.has(key)) return;
    const pipeline = await this.#device.createComputePipelineAsync(this.#describe(key, kernel));
    if (!this.#pipelines.has(key)) this.#pipelines.set(key, pipeline);
  }

  /** A kernel's tensors, in the order of its bindings, and its numbers. */
  bind(
    pipeline: GPUComputePipeline,
    places: readonly BufferPart[],
    numbers: GPUBufferBinding,
  ): GPUBindGroup {
    const resources = [...places, numbers];
    return this.#device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: resources.map((resource, binding) => ({ binding, resource })),
    });
  }

  #describe(label: string, kernel: GpuKernel, halves?: Halves): GPUComputePipelineDescriptor {
    const module = this.#device.createShaderModule({ label, code: writeShader(kernel, halves) });
    return { label, layout: 'auto', compute: { module, entryPoint: 'main' } };
  }
}
