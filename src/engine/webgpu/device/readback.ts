import type { GpuBackend } from './gpu-backend';

/** Copies a part of any buffer to the host, after all work so far. @throws GpuFault where the device has failed. */
export function readBuffer(
  backend: GpuBackend,
  buffer: GPUBuffer,
  offset: number,
  size: number,
): Promise<ArrayBuffer> {
  return backend.faults.guard(async () => {
    backend.flush();
    const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
    const staging = backend.device.createBuffer({ size, usage });
    try {
      backend.submit((encoder) => encoder.copyBufferToBuffer(buffer, offset, staging, 0, size));
      await staging.mapAsync(GPUMapMode.READ);
      return staging.getMappedRange().slice(0);
    } finally {
      staging.destroy();
    }
  });
}
