import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { buildModule, kernels } from '../../../scripts/wasm-kernels.mjs';

test('the kernels compile from nothing, also when two builds ask for them at once', async () => {
  const cache = await mkdtemp(join(tmpdir(), 'tagwerk-kernels-'));
  onTestFinished(() => rm(cache, { recursive: true }));
  const [first, second] = await Promise.all([1, 2].map(() => buildModule(kernels, cache)));
  expect(second).toEqual(first);
  for (const [build, path] of Object.entries(first!)) {
    const bytes = await readFile(path);
    expect(bytes.subarray(0, 4).toString('latin1')).toBe('\0asm');
    if (build.startsWith('relaxed')) continue; // Node may not know relaxed SIMD: the browser's tests run these
    const module = await WebAssembly.compile(bytes);
    const names = WebAssembly.Module.exports(module).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['multiply', 'attention', 'adamw', 'fuses']));
    const memories = WebAssembly.Module.imports(module).filter(({ kind }) => kind === 'memory');
    expect(memories).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }]);
  }
});
