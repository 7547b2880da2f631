import * as tf from '@tensorflow/tfjs-core';
import { gpu } from '../../../browser/offered';
import { provideEngine } from '../../engine';
import { GpuBackend } from './gpu-backend';
import { createGpuEngine } from './gpu-engine';
import type { GpuFault } from './gpu-fault';

/** Names of rasterisers that pass for a GPU and are far slower than WASM: SwiftShader, Mesa's llvmpipe, Microsoft's WARP. */
const SOFTWARE_NAMES = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i;

/** An adapter, its name, and whether it is software. */
export interface FoundAdapter {
  adapter: GPUAdapter;
  name: string;
  isSoftware: boolean;
}

/** Finds the adapter that this browser would run on; undefined where it has none. */
export async function findAdapter(wantsSoftware: boolean): Promise<FoundAdapter | undefined> {
  const door = gpu();
  const best = () => door?.requestAdapter({ powerPreference: 'high-performance' });
  const adapter = wantsSoftware
    ? ((await door?.requestAdapter({ forceFallbackAdapter: true })) ?? (await best()))
    : await best();
  if (!adapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  const name =
    description || [vendor, architecture, device].filter(Boolean).join(' ') || 'an unnamed adapter';
  const isFallback = 'isFallbackAdapter' in adapter.info && adapter.info.isFallbackAdapter === true;
  return {
    adapter,
    name,
    isSoftware:
      isFallback || SOFTWARE_NAMES.test([vendor, architecture, device, description].join(' ')),
  };
}

/** The GPU's backend, once it was opened; it and its tensors outlive a change to another backend and back. */
let open: { backend: GpuBackend; name: string } | undefined;

/**
 * Opens a device of our own with the adapter's real limits and gives it to tfjs. It goes on with the
 * device that is open on that adapter, unless that has failed.
 *
 * tfjs does not watch for a lost device: its reads then fail with an AbortError, and nothing else tells.
 *
 * @param onFault called once, when the device fails
 */
export async function startWebgpu(
  { adapter, name }: FoundAdapter,
  onFault?: (fault: GpuFault) => void,
): Promise<void> {
  if (open?.name !== name || open.backend.gpu.queue.faults.fault) {
    open?.backend.device.destroy();
    const device = await adapter.requestDevice({
      requiredFeatures: (['timestamp-query', 'bgra8unorm-storage', 'shader-f16'] as const).filter(
        (feature) => adapter.features.has(feature),
      ),
      requiredLimits: realLimits(adapter.limits),
    });
    const backend = new GpuBackend(device, adapter.info);
    open = { backend, name };
    provideEngine(createGpuEngine(backend));
    // The backend's name must be webgpu: that is what tfjs registered its kernels for.
    if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => backend);
  }
  open.backend.gpu.queue.faults.onFault = onFault;
  if (!(await tf.setBackend('webgpu')))
    throw new Error('The WebGPU backend did not start; reload the page, or choose wasm.');
}

/** Lists limits to ask for. A device has the specification's defaults otherwise: 128 MiB for a binding, too little for an embedding table. */
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
