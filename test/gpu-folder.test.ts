import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expect as folderExpect } from '../bench/gpu-folder/expect';
import { bundleGpuBench } from '../scripts/gpu-bundle.mjs';

const folder = mkdtempSync(join(tmpdir(), 'tagwerk-gpu-folder-'));
let bundle = '';

beforeAll(async () => {
  bundle = await bundleGpuBench(folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

test('the benchmark for a GPU machine is one file that Node runs without any package', () => {
  expect(readdirSync(folder)).toEqual(['bench.cjs']);
  const usage = execFileSync(process.execPath, [bundle, '--help'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(usage).toContain('parts: tests, repeat, table, timeline');
});

test('without Dawn and an adapter it fails and says so', () => {
  const { status, stdout } = spawnSync(process.execPath, [bundle], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stdout).toContain('adapter failed: ');
});

test('the folder knows each matcher that its kernel tests use', () => {
  const folder = join(import.meta.dirname, '../bench/gpu-folder');
  const list = readFileSync(join(folder, 'kernel-tests.ts'), 'utf8');
  const files = Array.from(list.matchAll(/import\('(.*)'\)/g), ([, path]) => `${path}.ts`);
  expect(files.length).toBeGreaterThan(10);
  const found = files.flatMap((file) => {
    const matchers = readFileSync(join(folder, file), 'utf8').matchAll(
      /\)\s*\.(?:not\.)?(to[A-Z]\w+)\(/g,
    );
    return Array.from(matchers, ([, matcher]) => ({ file, matcher: matcher! }));
  });
  const known = folderExpect(0);
  expect(found.filter(({ matcher }) => !(matcher in known))).toEqual([]);
});

test('a matcher that the folder does not know fails by its name', () => {
  const known = folderExpect([1, 2]) as unknown as Record<string, () => void>;
  expect(() => known['toBeEven']!()).toThrow('expect(…).toBeEven is not known in this folder');
  folderExpect([1, 2]).toContain(2);
  folderExpect('a chain').not.toContain('link');
  folderExpect([1, 2]).toHaveLength(2);
  expect(() => folderExpect([1, 2]).toHaveLength(3)).toThrow('to have length 3, not 2');
});
