import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import ts from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { floors, floorsConfig } from '../../eslint.config.js';

const root = join(import.meta.dirname, '../..');

/** The floors rule alone: the full configuration needs types, and so real files. */
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [{ files: ['**/*.ts'], languageOptions: { parser: ts.parser } }, floorsConfig],
});

async function complaints(file: string, code: string): Promise<string[]> {
  const results = await eslint.lintText(code, { filePath: join(root, file) });
  return results.flatMap(({ messages }) => messages.map(({ message }) => message));
}

describe('a planted violation fails lint', () => {
  test.each([
    [
      'an import from a floor above',
      'src/ner/planted.ts',
      "import { parse } from '../data/parse';",
    ],
    [
      'a type from a floor above',
      'src/ner/planted.ts',
      "import type { Parse } from '../data/parse';",
    ],
    [
      'an export from a floor above',
      'src/data/planted.ts',
      "export { encode } from '../tokenizer/encode';",
    ],
    [
      'an export of everything above',
      'src/data/planted.ts',
      "export * from '../tokenizer/encode';",
    ],
    [
      'a dynamic import from above',
      'src/storage/planted.ts',
      "const job = import('../jobs/train');",
    ],
    [
      'a type in place from above',
      'src/storage/planted.ts',
      "let job: import('../jobs/train').Job;",
    ],
    ['a roundabout path', 'src/ner/planted.ts', "import '../../src/data/parse';"],
    [
      'text in the engine',
      'src/engine/planted.ts',
      "import type { Sentence } from '../ner/sentence';",
    ],
    [
      'text in a folder of the engine',
      'src/engine/ops/planted.ts',
      "import '../../tokenizer/encode';",
    ],
    [
      'pieces in the model',
      'src/model/planted.ts',
      "import type { Encoding } from '../tokenizer/encoding';",
    ],
    [
      'training in inference',
      'src/infer/planted.ts',
      "import type { Recipe } from '../train/recipe';",
    ],
    ['the model in inference', 'src/infer/planted.ts', "import { bert } from '../model/bert';"],
    ['jobs in the studio', 'src/studio/planted.ts', "import type { Job } from '../jobs/train';"],
    ['jobs in a component', 'src/ui/planted.ts', "import { train } from '../jobs/train';"],
    [
      'values of the model in the page',
      'src/ui/planted.ts',
      "import { bert } from '../model/bert';",
    ],
    [
      'a module kept for a type only',
      'src/studio/planted.ts',
      "import { type TrainRecipe } from '../train/recipe';",
    ],
    ['the page in a worker', 'workers/planted.ts', "import { state } from '../src/studio/state';"],
    ['a worker in a floor', 'src/jobs/planted.ts', "import '../../workers/train.worker';"],
    [
      'values of the protocol in the command line',
      'src/cli/planted.ts',
      "import { connect } from '../protocol/connect';",
    ],
    [
      'types of storage in the command line',
      'src/cli/planted.ts',
      "import type { RunId } from '../storage/records';",
    ],
    [
      'TensorFlow.js outside the engine',
      'src/export/planted.ts',
      "import * as tf from '@tensorflow/tfjs-core';",
    ],
    [
      'TensorFlow.js deep inside',
      'src/jobs/planted.ts',
      "import '@tensorflow/tfjs-core/dist/register_all_gradients';",
    ],
    ['onnxruntime in a job', 'src/jobs/planted.ts', "import { env } from 'onnxruntime-web/wasm';"],
    ['idb in a component', 'src/ui/planted.ts', "import { openDB } from 'idb';"],
    ['Comlink in a worker', 'workers/planted.ts', "import { expose } from 'comlink';"],
    ['fflate in a job', 'src/jobs/planted.ts', "import { Inflate } from 'fflate';"],
    [
      'corpora in the archive room',
      'src/archive/planted.ts',
      "import type { PassedOver } from '../data/passed-over';",
    ],
    [
      'archives in the model',
      'src/model/planted.ts',
      "import { unpackZip } from '../archive/zip';",
    ],
    ['uPlot in the studio', 'src/studio/planted.ts', "import uPlot from 'uplot';"],
  ])('%s', async (_what, file, code) => {
    expect(await complaints(file, code)).toEqual([
      expect.stringContaining('(ARCHITECTURE.md, Floors)'),
    ]);
  });
});

describe('what the plan allows passes lint', () => {
  test.each([
    ['a floor below', 'src/data/planted.ts', "import { spans } from '../ner/spans';"],
    ['archives in data', 'src/data/planted.ts', "import { unpackZip } from '../archive/zip';"],
    ['fflate among archives', 'src/archive/planted.ts', "import { Inflate } from 'fflate';"],
    ['the own floor', 'src/engine/ops/planted.ts', "import { run } from '../run';"],
    [
      'types in the page',
      'src/ui/planted.ts',
      "import type { TrainRecipe } from '../train/recipe';",
    ],
    [
      'storage in the studio',
      'src/studio/planted.ts',
      "import { openDatabase } from '../storage/database';",
    ],
    ['jobs in a worker', 'workers/planted.ts', "import { train } from '../src/jobs/train';"],
    [
      'protocol types in the command line',
      'src/cli/planted.ts',
      "import type { Run } from '../protocol/run';",
    ],
    ['a dependency with its owner', 'src/storage/planted.ts', "import { openDB } from 'idb';"],
    ['a package nobody owns', 'src/ui/planted.ts', "import { mount } from 'svelte';"],
  ])('%s', async (_what, file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});

describe('the real sources', () => {
  test('lie on the floors of the plan', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const planned = [...floors.map(({ name }) => name), 'cli'];
    expect(folders.filter((folder) => !planned.includes(folder))).toEqual([]);
  });

  test.each([
    'src/ner/sentence.ts',
    'src/ui/App.svelte',
    'src/cli/planted.ts',
    'workers/train.worker.ts',
  ])('%s is linted with the floors rule', async (file) => {
    const config = (await new ESLint({ cwd: root }).calculateConfigForFile(join(root, file))) as {
      rules: Record<string, unknown[]>;
    };
    expect(config.rules['house/floors']?.[0]).toBe(2);
  });

  test('keep to their floors', async () => {
    const results = await eslint.lintFiles(
      ['src/**/*.ts', 'workers/**/*.ts'].map((glob) => join(root, glob)),
    );
    expect(results.length).toBeGreaterThan(50);
    const found = results.flatMap(({ filePath, messages }) =>
      messages
        .filter(({ ruleId }) => ruleId === 'house/floors')
        .map(({ message }) => `${filePath}: ${message}`),
    );
    expect(found).toEqual([]);
  });
});
