import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../scripts/process.mjs';
import { DEFAULT_ENCODER } from '../src/recipe/bundled-encoders';
import { median } from './median';

/** Share of PyTorch's pieces a second that is to be reached, from the same weights, on as many threads. */
const target = 1.1;
const rounds = 3;
const threads = 2;
/** Python with torch, transformers, tokenizers and safetensors. */
const python = process.env['PYTHON'] ?? 'python3';
const script = join(root, 'test/reference/python/compare-learning.py');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'train-corpus-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** One program's lines as they come, each with its time in seconds. */
async function run(program: string, args: string[], stream: 'stdout' | 'stderr') {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: { at: number; text: string }[] = [];
  const other = stream === 'stdout' ? child.stderr : child.stdout;
  const rest: string[] = [];
  other.setEncoding('utf8').on('data', (text: string) => rest.push(text));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  });
  for await (const text of createInterface({ input: child[stream] })) {
    lines.push({ at: performance.now() / 1000, text });
  }
  const status = await ended;
  if (status !== 0) {
    const told = [...lines.map(({ text }) => text), ...rest].join('\n').slice(-2000);
    throw new Error(`${program} ended with ${status}:\n${told}`);
  }
  return lines;
}

/** Trains an epoch in PyTorch, and writes the sentences. @returns pieces a second, and the pieces of an epoch */
async function trainInPyTorch(): Promise<{ rate: number; pieces: number }> {
  const args = ['--out', folder, '--corpus', 'uner_en_ewt', '--subset', '--epochs', '1'];
  const speed = ['--seeds', '1', '--threads', String(threads), '--train-only'];
  await run(python, [script, ...args, ...speed], 'stdout');
  const result = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')) as {
    trainPieces: number;
    means: { piecesPerSecond: number };
  };
  return { rate: result.means.piecesPerSecond, pieces: result.trainPieces };
}

/** Trains the same epoch in the studio. @returns pieces a second, from the first step's end to the last's */
async function trainInTheStudio(pieces: number): Promise<number> {
  const [train, dev] = ['train.conll', 'few-dev.conll'].map((name) => join(folder, name));
  const files = ['--train', train!, '--dev', dev!, '--encoder', DEFAULT_ENCODER.name];
  const recipe = ['--preset', 'thorough', '--epochs', '1', '--backend', 'wasm'];
  const lines = await run(
    process.execPath,
    [join(root, 'scripts/ner.mjs'), 'train', ...files, ...recipe, '--threads', String(threads)],
    'stderr',
  );
  const steps = lines.flatMap(({ at, text }) => {
    const [, step, of] = /step (\d+) of (\d+)/u.exec(text) ?? [];
    return step === undefined ? [] : [{ at, step: Number(step), of: Number(of) }];
  });
  const [first, last] = [steps[0]!, steps.at(-1)!];
  expect(last.step).toBe(last.of);
  return (pieces * (last.step - first.step)) / last.of / (last.at - first.at);
}

/** Needs `PYTHON` and quiet cores. */
test('an epoch of 3,000 sentences of UNER EWT, beside PyTorch', async () => {
  const rates: { ours: number; pyTorch: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const { rate: pyTorch, pieces } = await trainInPyTorch();
    const dev = (await readFile(join(folder, 'dev.conll'), 'utf8')).split('\n\n').slice(0, 50);
    await writeFile(join(folder, 'few-dev.conll'), `${dev.join('\n\n')}\n`);
    const ours = await trainInTheStudio(pieces);
    rates.push({ ours, pyTorch });
    console.log(
      `round ${round + 1}: ours ${ours.toFixed(0)} pieces/s, PyTorch ${pyTorch.toFixed(0)}: ${(ours / pyTorch).toFixed(2)} ×`,
    );
  }
  const ratio = median(rates.map(({ ours, pyTorch }) => ours / pyTorch));
  console.log(
    `${threads} threads, medians of ${rounds}: ours ${median(rates.map(({ ours }) => ours)).toFixed(0)} pieces/s, ` +
      `PyTorch ${median(rates.map(({ pyTorch }) => pyTorch)).toFixed(0)}; ours / PyTorch ${ratio.toFixed(2)}, target ${target}`,
  );
});
