import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import { floorsRule } from './scripts/lint/floors.mjs';
import svelteConfig from './svelte.config.js';

/** The house, from the ground up: a floor imports from itself and from floors before it. */
export const floors = [
  { name: 'browser' },
  { name: 'archive', never: ['browser'] },
  { name: 'ner', never: ['archive'] },
  { name: 'data' },
  { name: 'tokenizer' },
  { name: 'engine', never: ['archive', 'ner', 'data', 'tokenizer'] },
  { name: 'model', never: ['archive', 'ner', 'data', 'tokenizer'] },
  { name: 'train' },
  { name: 'export' },
  { name: 'infer', never: ['engine', 'model', 'train'] },
  { name: 'storage' },
  { name: 'protocol' },
  { name: 'jobs' },
  { name: 'studio', never: ['jobs'], valuesFrom: ['browser', 'ner', 'storage', 'protocol'] },
  { name: 'ui', never: ['jobs'], valuesFrom: ['browser', 'ner', 'storage', 'protocol', 'studio'] },
];

/** Where a dependency may be imported: nowhere else in `src/` and `workers/`. */
export const owners = {
  '@tensorflow/*': ['engine', 'model', 'train'],
  'onnxruntime-web': ['infer'],
  idb: ['storage'],
  comlink: ['protocol'],
  uplot: ['ui'],
  fflate: ['archive'],
};

/**
 * Alone, so that a test can lint planted violations with it.
 * @type {import('eslint').Linter.Config}
 */
export const floorsConfig = {
  files: ['src/**/*.{ts,svelte}', 'workers/**/*.ts'],
  plugins: { house: { rules: { floors: floorsRule(floors, owners) } } },
  rules: { 'house/floors': 'error' },
};

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
  floorsConfig,
);
