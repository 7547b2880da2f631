import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUNDLED_ENCODERS } from '../../src/recipe/bundled-encoders';
import { presetsFor } from '../../src/recipe/presets';
import type { EncoderReport } from '../../src/protocol/automation';
import { smallCorpus } from './small-corpus';
import { writeTinyEncoder } from './tiny-encoder';

let folder: string;
let encoder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tagwerk-encoders-'));
  for (const [name, rows] of Object.entries(smallCorpus)) writeFileSync(join(folder, name), rows);
  encoder = join(folder, 'tiny');
  writeTinyEncoder(encoder, 3);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ner(...args: string[]): Promise<unknown> {
  const script = join(import.meta.dirname, '../../scripts/ner.mjs');
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [script, ...args], (error, stdout, stderr) => {
      if (error) reject(new Error(stderr));
      else resolve(JSON.parse(stdout));
    });
  });
}

test('encoders lists those of the page, and tells of a folder what the page reads in it', async () => {
  const { encoders } = (await ner('encoders', encoder)) as { encoders: EncoderReport[] };
  expect(encoders.map(({ from }) => from)).toEqual([
    ...BUNDLED_ENCODERS.map(() => 'page'),
    'folder',
  ]);
  const own = encoders.at(-1)!;
  expect(own).toMatchObject({ name: encoder, languages: null, layers: 3, hidden: 64 });
  expect(own.bytes).toBeGreaterThan(10_000);
});

test('train takes the page’s own recipe for the encoder, and each option beside it overrules', async () => {
  const files = ['--train', 'letters.train.conll', '--dev', 'letters.dev.conll'];
  const outcome = await ner(
    'train',
    ...files.map((each) => (each.startsWith('--') ? each : join(folder, each))),
    ...['--encoder', encoder, '--preset', 'quick', '--layers', '2', '--epochs', '1'],
  );
  expect(outcome).toMatchObject({
    command: 'train',
    encoder,
    recipe: { ...presetsFor({ layers: 3, hidden: 64 }).quick, layers: 2, epochs: 1 },
    bestEpoch: 1,
  });
  expect((outcome as { recipe: object }).recipe).not.toHaveProperty('headRate');
});
