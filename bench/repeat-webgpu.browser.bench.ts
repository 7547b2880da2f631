import { expect, test } from 'vitest';
import type { BackendChoice } from '../src/engine/start-engine';
import { digestRuns } from './gpu-folder/repeat-runs';

// Whether training repeats itself bit for bit. VITE_WEBGPU=webgpu takes a real GPU; VITE_REPEAT=RUNS,STEPS other counts than 20 runs of 50 steps.
const backend = (import.meta.env['VITE_WEBGPU'] ?? 'webgpu-software') as BackendChoice;
const [runs, steps] = ((import.meta.env['VITE_REPEAT'] as string | undefined) ?? '20,50')
  .split(',')
  .map(Number) as [number, number];

test(`${runs} runs of ${steps} steps are equal`, { timeout: 0 }, async () => {
  const onRun = (digest: string) => console.log(`  … ${digest}`);
  const digests = await digestRuns(runs, steps, { backend, pieces: 16, onRun });
  const different = new Set(digests);
  console.log(
    [
      `${runs} runs of ${steps} steps, tiny 8 × 16 on ${backend}: losses, norms and weights`,
      ...Array.from(different, (digest) => {
        const times = digests.filter((found) => found === digest).length;
        return `  ${digest}: ${times} runs`;
      }),
    ].join('\n'),
  );
  expect(different.size).toBe(1);
});
