import { availableParallelism } from 'node:os';
import { ensureInstalled } from './ensure-installed.mjs';
import { runProgram } from './process.mjs';

ensureInstalled();

/**
 * TypeScript 7 checks types; TypeScript 6 serves ESLint and svelte-check, which need its JavaScript API. The longest step begins first.
 */
const typescript = '@typescript/native/bin/tsc';
/** @type {readonly [step: string, program: string, args: string[]][]} */
const steps = [
  ['lint and floors', 'eslint/bin/eslint.js', ['--max-warnings', '0', '.']],
  ['format', 'prettier/bin/prettier.cjs', ['--check', '--log-level', 'warn', '.']],
  ['types of the workers', typescript, ['-p', 'tsconfig.worker.json']],
  ['types of the page', typescript, ['-p', 'tsconfig.page.json']],
  ['types of Node code', typescript, ['-p', 'tsconfig.node.json']],
  [
    'components',
    'svelte-check/bin/svelte-check',
    ['--tsconfig', 'tsconfig.page.json', '--fail-on-warnings', '--output', 'human'],
  ],
];

/** @type {string[]} */
const failed = [];
const waiting = [...steps];

/** Runs steps until none waits. */
async function runSteps() {
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const [step, program, args] = next;
    const start = performance.now();
    const status = await runProgram(program, args);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${step} (${seconds} s)`);
    if (status !== 0) failed.push(step);
  }
}

// Each step keeps one core busy; three at once would need the memory of three type checkers.
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, runSteps));
console.log(failed.length === 0 ? 'check: all good' : `check: failed in ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
