import type { BackendChoice, BackendRequest } from '../../protocol/train-calls';

/**
 * Reads the backend that the page's address asks for: `?backend=wasm&threads=2`, `?backend=webgpu&precision=f32`,
 * `?memory=8` for a GPU's GB. Anything else leaves the choice to the page.
 */
export function backendOfSearch(search: string): BackendRequest {
  const wanted = new URLSearchParams(search);
  const choices: readonly BackendChoice[] = ['wasm', 'webgpu', 'webgpu-software'];
  const choice = choices.find((name) => name === wanted.get('backend')) ?? 'auto';
  const threads = Number(wanted.get('threads'));
  const precision = (['f16', 'f32'] as const).find((name) => name === wanted.get('precision'));
  const memoryBytes = 1e9 * Number(wanted.get('memory'));
  return {
    choice,
    ...(Number.isInteger(threads) && threads >= 1 ? { threads } : {}),
    ...(precision ? { precision } : {}),
    ...(memoryBytes > 0 && Number.isFinite(memoryBytes) ? { memoryBytes } : {}),
  };
}
