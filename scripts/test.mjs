import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureChromium } from './ensure-chromium.mjs';
import { ensureOtherEngines } from './ensure-other-engines.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root, runProgram } from './process.mjs';

/** One after the other, each with a file on every core (`vitest.config.ts`). */
const projects = ['node', 'browser', 'e2e'];

/** The tests that run in Firefox or WebKit too. */
const otherEngines = ['test/e2e/whole-path.test.ts', 'test/e2e/blocked-storage.test.ts'];

/**
 * `npm test`, `npm test -- node`, `npm test -- storage/checkpoints`: names of projects choose projects, anything else chooses files.
 * Ends with `N passed, N failed` over all projects.
 */
const args = process.argv.slice(2);
const filters = args.filter((arg) => !projects.includes(arg));
const chosen = projects.filter(
  (name) => !args.some((arg) => projects.includes(arg)) || args.includes(name),
);

ensureInstalled();
await ensureChromium();
if (chosen.includes('e2e')) {
  if (otherEngines.some(isChosen)) ensureOtherEngines();
  await ensureBuilt();
}

const total = { passed: 0, failed: 0 };
/** @type {string[]} */
const failures = [];
/** @type {string[]} */
const notRun = [];
for (const name of chosen) {
  const counts = await runProject(name);
  total.passed += counts.passed;
  total.failed += counts.failed;
  failures.push(...counts.failures);
  notRun.push(...counts.notRun);
}
if (total.passed + total.failed === 0) {
  console.log(`No test matches ${filters.join(' ')}.`);
  total.failed = 1;
}
if (notRun.length > 0) {
  console.log(`\nNot run, because what they need is not here:\n  ${notRun.join('\n  ')}`);
}
// Thousands of lines may lie between a failure and the end, of which a log often keeps only the last.
if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join('\n  ')}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

/** Chooses as Vitest does: a test is run where its path contains any of the filters. @param {string} name of a test end to end */
function isChosen(name) {
  const path = join(root, `test/e2e/${name}.test.ts`);
  return filters.length === 0 || filters.some((filter) => path.includes(filter));
}

/** @param {string} name */
async function runProject(name) {
  const folder = mkdtempSync(join(tmpdir(), 'tagwerk-test-'));
  const report = join(folder, 'report.json');
  console.log(`\n── ${name} ──`);
  const status = await runProgram('vitest/vitest.mjs', [
    'run',
    ...filters,
    ...[
      '--project',
      `${name}*`, // with those that run after it
      '--reporter',
      'default',
      '--reporter',
      'json',
      '--outputFile.json',
      report,
    ],
    ...(filters.length > 0 ? ['--passWithNoTests'] : []),
  ]);
  const counts = existsSync(report)
    ? countTests(JSON.parse(readFileSync(report, 'utf8')))
    : { passed: 0, failed: 0, failures: [], notRun: [] };
  rmSync(folder, { recursive: true });
  // A crash, or an error outside every test, is a failure too.
  if (status !== 0 && counts.failed === 0) {
    counts.failed = 1;
    counts.failures.push(
      `The ${name} tests ended with exit code ${status}, though no single test failed.`,
    );
  }
  return counts;
}

/**
 * @typedef {{ status: string; fullName: string; failureMessages: string[] }} Test
 * @param {{ testResults: { name: string; status: string; message: string; assertionResults: Test[] }[] }} report Vitest's
 */
function countTests({ testResults }) {
  const tests = testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test) => ({ ...test, file: relative(root, name) })),
  );
  /** @param {string[]} statuses */
  const withStatus = (...statuses) => tests.filter(({ status }) => statuses.includes(status));
  const failedTests = withStatus('failed');
  // A file that cannot even be loaded holds no tests, but counts as one failure.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: withStatus('passed').length,
    failed: failedTests.length + brokenFiles.length,
    failures: [
      ...failedTests.map(
        ({ file, fullName, failureMessages }) =>
          `${file}: ${fullName}\n    ${firstLine(failureMessages[0] ?? '')}`,
      ),
      ...brokenFiles.map(({ name, message }) => `${relative(root, name)}: ${firstLine(message)}`),
    ],
    notRun: withStatus('skipped', 'pending', 'todo').map(({ fullName }) => fullName),
  };
}

/** @param {string} text */
function firstLine(text) {
  return text.split('\n', 1)[0] ?? '';
}
