import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
