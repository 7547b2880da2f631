import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { floors } from '../../eslint.config.js';
import { unplannedFolders } from '../../scripts/lint/floors.mjs';
import { root } from '../../scripts/process.mjs';
import { complaintsOf, levelOf } from './house-lint';

const complaints = (file: string, code: string) => complaintsOf('house/floors', file, code);

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
    ['a ground room', 'src/random/planted.ts', "import type { Lock } from '../browser/locks';"],
    [
      'one ground room in another',
      'src/async/planted.ts',
      "import { hash } from '../random/hash';",
    ],
    [
      'the recipe in the engine',
      'src/engine/planted.ts',
      "import type { TrainRecipe } from '../recipe/recipe';",
    ],
    [
      'storage in the recipe',
      'src/recipe/planted.ts',
      "import type { RunId } from '../storage/ids';",
    ],
    [
      'a file on top of the engine',
      'src/engine/ops/planted.ts',
      "import { start } from '../start-engine';",
    ],
    ['a backend in an op', 'src/engine/ops/planted.ts', "import { pool } from '../wasm/pool';"],
    [
      'one backend in another',
      'src/engine/webgpu/device/planted.ts',
      "import type { Pool } from '../../wasm/pool';",
    ],
    [
      'an op in the interface of the engine',
      'src/engine/engine.ts',
      "import type { Gelu } from './ops/gelu';",
    ],
    [
      'kernels in the device',
      'src/engine/webgpu/device/planted.ts',
      "import { gelu } from '../kernels/gelu';",
    ],
    [
      'the device in the code of kernels',
      'src/engine/webgpu/code/planted.ts',
      "import type { Device } from '../device/device';",
    ],
    [
      'parameters in capture',
      'src/engine/webgpu/capture/planted.ts',
      "import type { FlatBuffer } from '../parameters/flat-buffer';",
    ],
    [
      'kernels in products',
      'src/engine/webgpu/products/planted.ts',
      "import { gelu } from '../kernels/gelu';",
    ],
    [
      'products in kernels',
      'src/engine/webgpu/kernels/planted.ts',
      "import { product } from '../products/product';",
    ],
    [
      'what stands on top of WebGPU in its kernels',
      'src/engine/webgpu/kernels/planted.ts',
      "import { register } from '../register-webgpu';",
    ],
    [
      'capture in the code of kernels, by a roundabout path',
      'src/engine/webgpu/code/planted.ts',
      "import '../../../engine/webgpu/capture/capture';",
    ],
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
    ['the own floor', 'src/engine/ops/planted.ts', "import { run } from './run';"],
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
    [
      'the ground in any room',
      'src/engine/ops/planted.ts',
      "import { hash } from '../../random/hash';",
    ],
    [
      'the recipe in a component',
      'src/ui/planted.ts',
      "import { FIELDS } from '../recipe/fields';",
    ],
    [
      'the recipe in the command line',
      'src/cli/planted.ts',
      "import { FIELDS } from '../recipe/fields';",
    ],
    [
      'the interface in an op',
      'src/engine/ops/planted.ts',
      "import type { Engine } from '../engine';",
    ],
    [
      'an op in a backend',
      'src/engine/wasm/kernels/planted.ts',
      "import { gelu } from '../../ops/gelu';",
    ],
    [
      'the device in kernels',
      'src/engine/webgpu/kernels/planted.ts',
      "import { device } from '../device/device';",
    ],
    [
      'an op in capture',
      'src/engine/webgpu/capture/planted.ts',
      "import { gelu } from '../../ops/gelu';",
    ],
    [
      'all of the engine on top of it',
      'src/engine/start-engine.ts',
      "import '../engine/webgpu/capture/capture';",
    ],
    [
      'the engine in the model',
      'src/model/planted.ts',
      "import { gelu } from '../engine/ops/gelu';",
    ],
    ['a package nobody owns', 'src/ui/planted.ts', "import { mount } from 'svelte';"],
  ])('%s', async (_what, file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});

describe('a folder that the plan does not name', () => {
  const tree: Record<string, string[]> = {
    '': ['engine', 'attic'],
    engine: ['ops', 'webgpu', 'kernels'],
    'engine/ops': ['anything'],
    'engine/webgpu': ['code', 'cellar'],
  };

  test('is found on the ground and inside a floor that has inner floors', () => {
    expect(unplannedFolders(floors, (folder) => tree[folder] ?? [])).toEqual([
      'engine/webgpu/cellar',
      'engine/kernels',
      'attic',
    ]);
  });
});

describe('the real sources', () => {
  test('lie on the floors of the plan', () => {
    const foldersIn = (folder: string) =>
      readdirSync(join(root, 'src', folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name);
    expect(foldersIn('')).toContain('engine');
    expect(unplannedFolders(floors, foldersIn)).toEqual([]);
  });

  test.each([
    'src/ner/sentence.ts',
    'src/ui/App.svelte',
    'src/cli/planted.ts',
    'workers/train.worker.ts',
  ])('%s is linted with the floors rule', async (file) => {
    expect(await levelOf('house/floors', file)).toBe(2);
  });
});
