import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './ensure-chromium.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, runProgram, stop } from './process.mjs';

/** `npm run bench -- NAME` runs the benchmarks in `bench/` whose file names begin with NAME; without a name it lists them. */
const [name] = process.argv.slice(2);
const benches = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.bench.ts'));
const names = [...new Set(benches.map((file) => file.replace(/(\.browser)?\.bench\.ts$/, '')))];
const usage = `Usage: npm run bench -- NAME, where NAME begins one of: ${names.join(', ')}`;
if (!name) stop(usage);
const chosen = benches.filter((file) => file.startsWith(name));
if (chosen.length === 0) stop(`There is no benchmark "${name}".\n${usage}`);

ensureInstalled();
if (chosen.some((file) => file.includes('.browser.'))) await ensureChromium();
process.exitCode = await runProgram('vitest/vitest.mjs', [
  'run',
  '--config',
  'vitest.bench.config.ts',
  ...chosen.map((file) => `bench/${file}`),
]);
