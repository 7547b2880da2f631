import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';

/** Rasterisers that pass for a GPU and are far slower than WASM: SwiftShader, Mesa's llvmpipe, Microsoft's WARP. */
const softwareNames = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i;

/** An adapter and what it is. */
export interface FoundAdapter {
  adapter: GPUAdapter;
  name: string;
  isSoftware: boolean;
}

/** The browser's adapter; undefined where there is none. */
export async function findAdapter(): Promise<FoundAdapter | undefined> {
  const adapter = await (navigator.gpu as GPU | undefined)?.requestAdapter({
    powerPreference: 'high-performance',
  });
  if (!adapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  const name =
    description || [vendor, architecture, device].filter(Boolean).join(' ') || 'unnamed adapter';
  const isFallback =
    (adapter.info as GPUAdapterInfo & { isFallbackAdapter?: boolean }).isFallbackAdapter ?? false;
  const isSoftware =
    isFallback || softwareNames.test([vendor, architecture, device, description].join(' '));
  return { adapter, name, isSoftware };
}

/**
 * Opens our own device with the adapter's real limits and gives it to tfjs, whose backend must be named `webgpu`: its kernels are.
 *
 * tfjs does not watch for a lost device; `onLost` is called once when the browser takes it away.
 */
export async function startWebgpu(
  { adapter }: FoundAdapter,
  onLost?: (reason: string) => void,
): Promise<void> {
  const device = await adapter.requestDevice({
    requiredFeatures: (['timestamp-query', 'bgra8unorm-storage'] as const).filter((feature) =>
      adapter.features.has(feature),
    ),
    requiredLimits: realLimits(adapter.limits),
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed') onLost?.(message || 'The GPU device was lost.');
  });
  tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => new WebGPUBackend(device, adapter.info), 3);
  if (!(await tf.setBackend('webgpu')))
    throw new Error('The WebGPU backend did not start; reload the page.');
}

/** Without these, a device has the specification's defaults: 128 MiB a binding, 8 storage buffers. */
function realLimits(limits: GPUSupportedLimits): Record<string, number> {
  return {
    maxBufferSize: limits.maxBufferSize,
    maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
    maxStorageBuffersPerShaderStage: limits.maxStorageBuffersPerShaderStage,
    maxComputeWorkgroupStorageSize: limits.maxComputeWorkgroupStorageSize,
    maxComputeInvocationsPerWorkgroup: limits.maxComputeInvocationsPerWorkgroup,
    maxComputeWorkgroupSizeX: limits.maxComputeWorkgroupSizeX,
    maxComputeWorkgroupsPerDimension: limits.maxComputeWorkgroupsPerDimension,
  };
}
