import type { BufferPart } from '../code/buffer-part';
import { pipelineKey, type GpuKernel, type Halves } from '../code/gpu-kernel';
import { writeShader } from '../code/write-shader';

/** A device's compiled kernels; each is compiled once. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Gives a kernel's pipeline; the first time it is compiled, and the device waits for that. */
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

  /** Makes the bind group of a kernel's tensors, in their order, and its numbers. */
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
