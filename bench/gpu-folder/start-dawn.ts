import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** dawn.node: WebGPU for Node. */
interface Dawn {
  create: (options: readonly string[]) => GPU;
  /** GPUDevice, GPUBufferUsage and the others, which a browser has as globals. */
  globals: Record<string, unknown>;
}

/** NVIDIA's drivers, by the names the dynamic linker knows them by; the second needs no X. For machines that have them without saying so. */
const unannouncedDrivers = ['libGLX_nvidia.so.0', 'libEGL_nvidia.so.0'];

/** Without it, times are rounded to 0.1 ms. */
const options = ['disable-dawn-features=timestamp_quantization'];

/**
 * Makes this Node look as a browser's worker does to tfjs and to us: WebGPU's globals, and `navigator.gpu`, which has one adapter alone,
 * whatever it is asked for.
 *
 * @param path of dawn.node
 * @throws where there is no adapter
 */
export async function startDawn(path: string): Promise<void> {
  const { create, globals } = createRequire(path)(path) as Dawn;
  Object.assign(globalThis, globals);
  const gpu = await findGpu(create);
  if (!gpu) {
    throw new Error(
      'Dawn finds no adapter: it needs libvulkan.so.1 and a Vulkan driver; where the driver is installed, name its .json file in VK_DRIVER_FILES.',
    );
  }
  const requestAdapter = () => gpu.requestAdapter({ powerPreference: 'high-performance' });
  Object.defineProperty(globalThis, 'navigator', {
    value: { gpu: { requestAdapter } },
    configurable: true,
  });
}

/** With the drivers that this machine announces, then with those that it may have all the same; a rasteriser only where nothing else is. */
async function findGpu(create: Dawn['create']): Promise<GPU | undefined> {
  const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env;
  let rasteriser: GPU | undefined;
  let gpu = create(options);
  let adapter = await gpu.requestAdapter();
  if (adapter && !adapter.info.isFallbackAdapter) return gpu;
  if (adapter) rasteriser = gpu;
  if (VK_DRIVER_FILES ?? VK_ICD_FILENAMES) return rasteriser;
  const folder = mkdtempSync(join(tmpdir(), 'vulkan-'));
  for (const library of unannouncedDrivers) {
    const file = join(folder, `${library}.json`);
    const driver = { library_path: library, api_version: '1.3.0' };
    writeFileSync(file, JSON.stringify({ file_format_version: '1.0.0', ICD: driver }));
    process.env['VK_DRIVER_FILES'] = process.env['VK_ICD_FILENAMES'] = file;
    gpu = create(options);
    adapter = await gpu.requestAdapter();
    if (adapter) return gpu;
  }
  delete process.env['VK_DRIVER_FILES'];
  delete process.env['VK_ICD_FILENAMES'];
  return rasteriser;
}
