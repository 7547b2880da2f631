import type { BufferPart } from './buffer-part';
import { pipelineKey, writeShader, type GpuKernel } from './gpu-kernel';

/** A device's kernels, compiled once each. */
export class PipelineCache {
  readonly #device: GPUDevice;
  readonly #pipelines = new Map<string, GPUComputePipeline>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  get(kernel: GpuKernel): GPUComputePipeline {
    const key = pipelineKey(kernel);
    let pipeline = this.#pipelines.get(key);
    if (!pipeline) {
      const module = this.#device.createShaderModule({ label: key, code: writeShader(kernel) });
      pipeline = this.#device.createComputePipeline({
        label: key,
        layout: 'auto',
        compute: { module, entryPoint: 'main' },
      });
      this.#pipelines.set(key, pipeline);
    }
    return pipeline;
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
}
