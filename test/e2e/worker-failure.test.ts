import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'playwright';
import { afterAll, beforeAll, describe, test, type ExpectStatic } from 'vitest';
import { serveBuild } from '../../scripts/serve-build.mjs';
import { expectAccessible, visitStudio, type Visit } from './studio-visit';

let server: { url: string; close: () => Promise<void> };
let folder: string;

beforeAll(async () => {
  server = await serveBuild(0);
  folder = mkdtempSync(join(tmpdir(), 'tagwerk-workers-'));
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page and waits until its three workers are up and answering. */
async function visit(profile: string, expect: ExpectStatic): Promise<Visit> {
  const started = await visitStudio(server.url, join(folder, profile));
  await started.page.getByText('stored here').first().waitFor();
  await started.page.getByText('WebAssembly').first().waitFor();
  // Each holds a lock as long as it lives, and the page waits for it.
  const countLocks = async () => {
    const { pending = [] } = await navigator.locks.query();
    return pending.filter(({ name }) => name?.startsWith('tagwerk-worker-')).length;
  };
  await expect.poll(() => started.page.evaluate(countLocks), { timeout: 60_000 }).toBe(3);
  return started;
}

function workerOf({ page }: Visit, name: string): Worker {
  const worker = page.workers().find((each) => each.url().includes(`/${name}.worker`));
  if (!worker) throw new Error(`The ${name} worker does not run.`);
  return worker;
}

// They are concurrent because most of their time is a wait for silence.
describe.concurrent.each([
  ['data', 'The worker that reads corpora', 'What is stored stays.'],
  ['train', 'The worker that trains', 'a run can be resumed from its last checkpoint.'],
  ['infer', 'The worker that tags text', 'What is stored stays.'],
])('the %s worker', (name, duty, whatStays) => {
  test('that dies is told of within 15 s, with what to do; a reload mends it', async ({
    expect,
  }) => {
    const visited = await visit(`${name}-dies`, expect);
    const { page } = visited;
    await workerOf(visited, name).evaluate(() => globalThis.close());
    const note = page.getByRole('alert').filter({ hasText: `${duty} is gone` });
    await note.waitFor({ timeout: 15_000 });
    expect(await note.innerText()).toContain('Reload the page to start it again.');
    expect(await note.innerText()).toContain(whatStays);
    await expectAccessible(page);
    await note.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByText('WebAssembly').first().waitFor();
    expect(await page.getByText('is gone').count()).toBe(0);
    expect(visited.complaints).toEqual([]);
    await visited.close();
  });

  test('that hangs is told of within 15 s, with what to do', async ({ expect }) => {
    const visited = await visit(`${name}-hangs`, expect);
    const { page } = visited;
    void workerOf(visited, name)
      .evaluate(() => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // for ever, and without a core
      })
      .catch(() => undefined); // it ends with the page
    const note = page.getByRole('alert').filter({ hasText: `${duty} does not answer` });
    await note.waitFor({ timeout: 15_000 });
    expect(await note.innerText()).toContain('If it stays, reload the page.');
    expect(await note.innerText()).toContain(whatStays);
    await note.getByRole('button', { name: 'Reload the page' }).click();
    await page.getByText('WebAssembly').first().waitFor();
    expect(await page.getByText('does not answer').count()).toBe(0);
    await visited.close();
  });
});
