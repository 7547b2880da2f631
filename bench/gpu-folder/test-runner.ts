import { format } from 'node:util';
import { AbsentBackend } from './absent-wasm';

// In the folder's bundle this and expect.ts stand in for Vitest, with as much of it as the kernel tests use: they run one after the other,
// without limits of time.

export { expect } from './expect';

type Step = () => unknown;

interface Suite {
  title: string;
  beforeAll: Step[];
  afterEach: Step[];
  afterAll: Step[];
  /** In the order in which they were stated. */
  members: (Suite | Test)[];
}

interface Test {
  title: string;
  run: Step;
}

export interface TestCounts {
  passed: number;
  failed: number;
  /** Count of the tests of other backends, which are left out. */
  absent: number;
}

let open: Suite = newSuite('');

function newSuite(title: string): Suite {
  return { title, beforeAll: [], afterEach: [], afterAll: [], members: [] };
}

export function beforeAll(step: Step): void {
  open.beforeAll.push(step);
}

export function afterEach(step: Step): void {
  open.afterEach.push(step);
}

export function afterAll(step: Step): void {
  open.afterAll.push(step);
}

/** Callbacks to run after the current test, the last first. */
const finishing: Step[] = [];

export function onTestFinished(step: Step): void {
  finishing.push(step);
}

export function describe(title: string, state: () => void): void {
  const outer = open;
  const suite = newSuite(title);
  outer.members.push(suite);
  open = suite;
  state();
  open = outer;
}

describe.each =
  <Row>(rows: readonly Row[]) =>
  (title: string, state: (...values: unknown[]) => void): void => {
    for (const row of rows) describe(titleOf(title, row), () => state(...valuesOf(row)));
  };

export function test(title: string, run: Step): void {
  open.members.push({ title, run });
}

test.each =
  <Row>(rows: readonly Row[]) =>
  (title: string, run: (...values: unknown[]) => unknown): void => {
    for (const row of rows) test(titleOf(title, row), () => run(...valuesOf(row)));
  };

const valuesOf = (row: unknown): unknown[] => (Array.isArray(row) ? row : [row]);

/** `$name` is a field of the row, `%s` and `%d` its values. */
function titleOf(title: string, row: unknown): string {
  const named = title.replace(/\$(\w+)/g, (_, field: string) =>
    JSON.stringify((row as Record<string, unknown>)[field]),
  );
  const places = named.match(/%[sd]/g)?.length ?? 0;
  return format(named, ...valuesOf(row).slice(0, places));
}

/** Loads a file of tests and runs them; prints each that fails, and the file's counts. */
export async function runFile(name: string, load: () => Promise<unknown>): Promise<TestCounts> {
  const counts: TestCounts = { passed: 0, failed: 0, absent: 0 };
  open = newSuite(name);
  const suite = open;
  const started = performance.now();
  try {
    await load();
  } catch (error) {
    suite.beforeAll.push(() => {
      throw error;
    });
    if (suite.members.length === 0) test('loads', () => undefined);
  }
  await runSuite(suite, [], [], counts);
  const { passed, failed, absent } = counts;
  const others = absent > 0 ? `, ${absent} of other backends left out` : '';
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`  ${name}: ${passed} passed, ${failed} failed${others} (${seconds} s)`);
  return counts;
}

async function runSuite(
  suite: Suite,
  path: readonly string[],
  outerSteps: readonly Step[],
  counts: TestCounts,
): Promise<void> {
  const here = [...path, suite.title];
  const failure = await failureOf(async () => {
    for (const step of suite.beforeAll) await step();
  });
  for (const member of suite.members) {
    const afterSteps = [...suite.afterEach, ...outerSteps];
    if (failure) note(failure, here, countTests(member), counts);
    else if ('members' in member) await runSuite(member, here, afterSteps, counts);
    else await runTest(member, here, afterSteps, counts);
  }
  for (const step of suite.afterAll) {
    const left = await failureOf(step);
    if (left) note(left, here, 1, counts);
  }
}

async function runTest(
  { title, run }: Test,
  path: readonly string[],
  afterSteps: readonly Step[],
  counts: TestCounts,
): Promise<void> {
  const failures = [await failureOf(run)];
  for (const step of [...finishing.splice(0).reverse(), ...afterSteps])
    failures.push(await failureOf(step));
  const failure = failures.find((found) => found !== undefined);
  if (failure) note(failure, [...path, title], 1, counts);
  else counts.passed++;
}

const countTests = (member: Suite | Test): number =>
  'members' in member ? member.members.reduce((sum, inner) => sum + countTests(inner), 0) : 1;

async function failureOf(step: Step): Promise<Error | undefined> {
  try {
    await step();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function note(failure: Error, path: readonly string[], tests: number, counts: TestCounts): void {
  if (failure instanceof AbsentBackend) {
    counts.absent += tests;
    return;
  }
  counts.failed += tests;
  console.log(`  FAILED ${path.join(' › ')}\n    ${failure.message}`);
}
