import type { BackendChoice } from '../protocol/train-calls';

/** What the page's address asks for: `?backend=wasm&threads=2` and its like. Anything else leaves the choice to the page. */
export function backendOfSearch(search: string): [choice: BackendChoice, threads?: number] {
  const wanted = new URLSearchParams(search);
  const choices: readonly BackendChoice[] = ['wasm', 'webgpu', 'webgpu-software'];
  const choice = choices.find((name) => name === wanted.get('backend')) ?? 'auto';
  const threads = Number(wanted.get('threads'));
  return Number.isInteger(threads) && threads >= 1 ? [choice, threads] : [choice];
}
