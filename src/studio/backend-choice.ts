import type { BackendChoice } from '../protocol/train-calls';

/** `?backend=wasm` and its like; anything else leaves the choice to the page. */
export function backendOfSearch(search: string): BackendChoice {
  const wanted = new URLSearchParams(search).get('backend');
  const choices: readonly BackendChoice[] = ['wasm', 'webgpu', 'webgpu-software'];
  return choices.find((choice) => choice === wanted) ?? 'auto';
}
