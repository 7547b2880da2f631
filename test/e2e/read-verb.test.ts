import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FileReport } from '../../src/protocol/automation';

const zeros = 'Ada;PER;x\nlacht;0;x\nlaut;0;x\n\nin;0;x\nKiel;LOC;x\n\n'.repeat(4);
const marks = 'ein;Ada;(Mensch)\nzwei;lacht;()\n\ndrei;Kiel;(Ort)\nvier;regnet;()\n';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tagwerk-read-'));
  writeFileSync(join(folder, 'zeros.dev.csv'), zeros);
  writeFileSync(join(folder, 'marks.csv'), marks);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function ner(...args: string[]): Promise<Outcome> {
  const script = join(import.meta.dirname, '../../scripts/ner.mjs');
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script, ...args], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

const readFiles = ({ stdout }: Outcome) => (JSON.parse(stdout) as { files: FileReport[] }).files;

test('read says how a file is read, why, and what it leaves open', async () => {
  const outcome = await ner('read', join(folder, 'zeros.dev.csv'));
  expect(outcome.code, outcome.stderr).toBe(0);
  const [file] = readFiles(outcome);
  expect(file).toMatchObject({
    name: 'zeros.dev.csv',
    split: 'dev',
    sentences: 8,
    words: 20,
    entities: { PER: 4, LOC: 4 },
    encoding: 'utf-8',
    separator: 'semicolon',
    columns: ['word', 'tag', '_'],
    scheme: 'IO',
  });
  expect(file?.evidence.join(' ')).toContain('Semicolons between columns');
  expect(file?.questions.map(({ text }) => text).join(' ')).toContain('Is "0" the tag outside');
  expect(file?.questions[0]?.readings.length).toBeGreaterThan(1);
});

test('read refuses a file that cannot be read, with the options that answer it, and takes them', async () => {
  const refused = await ner('read', join(folder, 'marks.csv'));
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('marks.csv: expected');
  expect(refused.stderr).toContain('--columns word,_,tag');

  const told = await ner(
    ...['read', join(folder, 'marks.csv'), '--columns', '_,word,tag', '--separator', 'semicolon'],
    ...['--outside', '()', '--file-scheme', 'IO'],
  );
  expect(told.code, told.stderr).toBe(0);
  expect(readFiles(told)).toMatchObject([
    { split: 'train', words: 4, entities: { '(Mensch)': 1, '(Ort)': 1 }, questions: [] },
  ]);
});
