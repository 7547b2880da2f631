import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** The house, from the ground up: a floor imports from itself and from floors before it. */
export const floors = [
  { name: 'ner' },
  { name: 'data' },
  { name: 'tokenizer' },
  { name: 'engine', never: ['ner', 'data', 'tokenizer'] },
  { name: 'model', never: ['ner', 'data', 'tokenizer'] },
  { name: 'train' },
  { name: 'export' },
  { name: 'infer', never: ['engine', 'model', 'train'] },
  { name: 'storage' },
  { name: 'protocol' },
  { name: 'jobs' },
  { name: 'studio', never: ['jobs'], valuesFrom: ['ner', 'storage', 'protocol', 'studio'] },
  { name: 'ui', never: ['jobs'], valuesFrom: ['ner', 'storage', 'protocol', 'studio', 'ui'] },
];

/** Where a dependency may be named: nowhere else. */
export const owners = {
  '@tensorflow/*': ['engine', 'model', 'train'],
  onnxruntime: ['infer'],
  idb: ['storage'],
  comlink: ['protocol'],
  uplot: ['ui'],
};
const packagePatterns = {
  '@tensorflow/*': ['@tensorflow/*', '@tensorflow/*/**'],
  onnxruntime: ['onnxruntime-web', 'onnxruntime-web/**'],
  idb: ['idb', 'idb/**'],
  comlink: ['comlink', 'comlink/**'],
  uplot: ['uplot', 'uplot/**'],
};

const floorGroup = (name) => [`**/${name}/*`, `**/${name}/**`];

function floorRules(floor, index) {
  const above = floors.slice(index + 1).map(({ name }) => name);
  const patterns = [...above, ...(floor.never ?? []), 'cli'].map((name) => ({
    group: floorGroup(name),
    message: `${floor.name}/ may not import from ${name}/ (ARCHITECTURE.md, Floors).`,
  }));
  if (floor.valuesFrom) {
    const typesOnly = floors
      .slice(0, index)
      .map(({ name }) => name)
      .filter((name) => !floor.valuesFrom.includes(name) && !floor.never.includes(name));
    for (const name of typesOnly) {
      patterns.push({
        group: floorGroup(name),
        allowTypeImports: true,
        message: `${floor.name}/ takes only types from ${name}/: no machine learning in the page bundle.`,
      });
    }
  }
  for (const [dependency, owning] of Object.entries(owners)) {
    if (owning.includes(floor.name)) continue;
    patterns.push({
      group: packagePatterns[dependency],
      message: `${dependency} belongs to ${owning.join(', ')}.`,
    });
  }
  return {
    files: [`src/${floor.name}/**/*.{ts,svelte}`],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
  };
}

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'public/', '.cache/', '**/*.py'] },
  js.configs.recommended,
  ...ts.configs.recommendedTypeChecked,
  ...svelte.configs.recommended,
  {
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
      'svelte/no-at-html-tags': 'error',
      'max-lines': ['error', { max: 300 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: {
        projectService: true,
        extraFileExtensions: ['.svelte'],
        parser: ts.parser,
        svelteConfig,
      },
    },
  },
  { files: ['**/*.svelte'], rules: { 'max-lines': ['error', { max: 200 }] } },
  ...floors.map(floorRules),
  {
    files: ['workers/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 60 }],
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: ['studio', 'ui'].map((name) => ({
            group: floorGroup(name),
            message: `workers/ may not import from ${name}/.`,
          })),
        },
      ],
    },
  },
  {
    files: ['src/cli/**/*.ts'],
    rules: {
      'no-console': 'off',
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: floors.map(({ name }) => ({
            group: floorGroup(name),
            allowTypeImports: name === 'protocol',
            message: 'cli/ drives the built page; it takes only types, and only from protocol/.',
          })),
        },
      ],
    },
  },
  { files: ['test/**/*.ts', 'bench/**/*.ts'], rules: { 'max-lines': 'off' } },
  {
    files: ['**/*.{js,mjs}'],
    ...ts.configs.disableTypeChecked,
    languageOptions: { globals: globals.node, parserOptions: { projectService: false } },
    rules: { ...ts.configs.disableTypeChecked.rules, 'no-console': 'off' },
  },
);
