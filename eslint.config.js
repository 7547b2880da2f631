import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { commentsRule } from './scripts/lint/comments.mjs';
import { floorsRule } from './scripts/lint/floors.mjs';
import { upperCaseRule } from './scripts/lint/upper-case.mjs';
import svelteConfig from './svelte.config.js';

/** Floors that the stores take values from: the page's bundle has the stores, too, and no machine learning. */
const STORE_VALUES = ['random', 'async', 'messages', 'browser', 'ner', 'recipe'];
/** Floors that the page takes values from. */
const PAGE_VALUES = [...STORE_VALUES, 'storage', 'protocol'];

/**
 * The house, from the ground up: a floor imports from itself and from floors before it.
 * @type {import('./scripts/lint/floors.mjs').Floor[]}
 */
export const floors = [
  { name: 'random' },
  { name: 'async', never: ['random'] },
  { name: 'messages', never: ['random', 'async'] },
  { name: 'browser', never: ['random'] },
  { name: 'archive', never: ['random', 'browser'] },
  { name: 'ner', never: ['archive'] },
  { name: 'recipe', never: ['archive', 'browser'] },
  { name: 'data', never: ['recipe'] },
  { name: 'tokenizer', never: ['recipe'] },
  {
    name: 'engine',
    never: ['archive', 'ner', 'recipe', 'data', 'tokenizer'],
    inner: [
      // the ground: what all of the engine may import
      { name: 'engine.ts' },
      { name: 'start-stage.ts' },
      { name: 'ops' },
      { name: 'cpu' },
      { name: 'wasm', never: ['cpu'] },
      {
        name: 'webgpu',
        never: ['cpu', 'wasm'],
        inner: [
          { name: 'code' },
          { name: 'device' },
          { name: 'kernels' },
          { name: 'products', never: ['kernels'] },
          { name: 'capture' },
          { name: 'parameters' },
          // on top: `register-gpu-kernels.ts`
        ],
      },
      // on top: `start-engine.ts`, `register-kernels.ts`
    ],
  },
  { name: 'model', never: ['archive', 'ner', 'recipe', 'data', 'tokenizer'] },
  { name: 'train' },
  { name: 'export' },
  { name: 'infer', never: ['engine', 'model', 'train'] },
  { name: 'storage', valuesFrom: STORE_VALUES },
  { name: 'protocol' },
  { name: 'jobs' },
  { name: 'studio', never: ['jobs'], valuesFrom: PAGE_VALUES },
  { name: 'ui', never: ['jobs'], valuesFrom: [...PAGE_VALUES, 'studio'] },
  // The command line drives the built page; `workers/` lies beside `src/`, and nothing imports from it.
  { name: 'cli', from: ['recipe', 'protocol'], valuesFrom: ['recipe'] },
  { name: 'workers', never: ['studio', 'ui', 'cli'] },
];

/** Where a dependency may be imported: nowhere else in `src/` and `workers/`. */
export const owners = {
  '@tensorflow/*': ['engine', 'model', 'train'],
  'onnxruntime-web': ['infer'],
  idb: ['storage'],
  comlink: ['protocol'],
  uplot: ['ui'],
  fflate: ['archive'],
  '@codemirror/*': ['ui'],
  'style-mod': ['ui'],
};

const PRIVATE_MEMBER =
  ':matches(PropertyDefinition, MethodDefinition, AccessorProperty, TSAbstractPropertyDefinition, TSAbstractMethodDefinition)' +
  '[accessibility="private"]:not([kind="constructor"])';

/**
 * The house's own rules, alone, so that tests can lint planted violations with them.
 * @type {import('eslint').Linter.Config[]}
 */
export const houseRules = [
  {
    plugins: {
      house: {
        rules: {
          floors: floorsRule(floors, owners),
          comments: commentsRule,
          'upper-case': upperCaseRule,
        },
      },
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.mjs'],
    rules: { 'house/comments': ['error', 'sentences'] },
  },
  {
    files: ['src/**/*.{ts,svelte}', 'workers/**/*.ts'],
    rules: { 'house/floors': 'error', 'house/comments': 'error', 'house/upper-case': 'error' },
  },
  {
    files: ['**/*.{ts,svelte}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: PRIVATE_MEMBER, message: 'Name a private member #name.' },
      ],
    },
  },
];

export default defineConfig(
  globalIgnores(['dist/', 'public/', '.cache/', '**/assembly/']), // AssemblyScript has its own compiler
  js.configs.recommended,
  {
    files: ['**/*.{ts,svelte}'],
    extends: [ts.configs.recommendedTypeChecked, svelte.configs.recommended],
    languageOptions: {
      globals: { ...globals.browser, ...globals.worker },
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      'no-undef': 'off', // TypeScript checks names
      'no-console': 'error',
      'max-lines': ['error', { max: 300 }],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  { files: ['**/*.svelte'], rules: { 'max-lines': ['error', { max: 200 }] } },
  { files: ['workers/**/*.ts'], rules: { 'max-lines': ['error', { max: 60 }] } },
  { files: ['src/cli/**/*.ts', 'bench/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['bench/**/*.ts', 'test/**/*.ts'], rules: { 'max-lines': 'off' } },
  { files: ['**/*.{js,mjs}'], languageOptions: { globals: globals.node } },
  houseRules,
);
