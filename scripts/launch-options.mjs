import { chromiumPath } from './find-chromium.mjs';

/**
 * How tests and benchmarks launch Chromium with Playwright: SwiftShader gives a real WebGPU where there is no GPU.
 * @returns {{ executablePath?: string; args: string[] }}
 */
export function launchOptions() {
  const executablePath = chromiumPath();
  return {
    ...(executablePath && { executablePath }),
    args: ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'],
  };
}
