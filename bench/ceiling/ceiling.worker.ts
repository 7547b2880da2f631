import urls from 'virtual:wasm-ceiling';
import { median } from '../median';
import { answerWith } from '../worker-call';

export type CeilingBuild = keyof typeof urls;

interface CeilingExports {
  multiplyAdds: (rounds: number, x: number, y: number) => number;
  ROUND_OPERATIONS: { value: number };
}

const ROUNDS = 2_000_000; // some milliseconds: few are interrupted
const MEASURE_MS = 200;

/** Answers a build with the GFLOPS of its median stretch. */
answerWith(async (build: CeilingBuild) => {
  const bytes = await (await fetch(urls[build])).arrayBuffer();
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const { multiplyAdds, ROUND_OPERATIONS } = instance.exports as unknown as CeilingExports;
  const ms: number[] = [];
  for (const end = performance.now() + MEASURE_MS; performance.now() < end;) {
    const started = performance.now();
    multiplyAdds(ROUNDS, 0.999, 0.001);
    ms.push(performance.now() - started);
  }
  return (ROUNDS * ROUND_OPERATIONS.value) / median(ms) / 1e6;
});
