import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import type { importMade } from './import-big-page';
import { makeProfile, PersistentBrowser, serveSources } from '../storage/persistent-browser';

export interface ImportedBig extends Awaited<ReturnType<typeof importMade>> {
  /** The most the renderer held, the empty page with it: resident, as the kernel counts it. */
  peakBytes: number;
  /** The same renderer with the page and the worker idle. */
  idleBytes: number;
}

/**
 * Reads a made column file of some size in the real data worker of a Chromium whose profile is on disk, and tells what the process that
 * holds page and worker took at its peak. Linux only: it reads /proc.
 */
export async function importBig(megabytes: number): Promise<ImportedBig> {
  const { profile, remove } = await makeProfile();
  const { url, server } = await serveSources();
  const browser = await PersistentBrowser.start(profile);
  try {
    const page = await browser.open(`${url}blank`);
    await page.evaluate(`import('${url}test/jobs/import-big-page.ts').then(({ ready }) => ready)`);
    const renderers = await findRenderers(page);
    const idleBytes = await largestOf(renderers);
    let peakBytes = 0;
    const watch = setInterval(() => {
      void largestOf(renderers).then((bytes) => (peakBytes = Math.max(peakBytes, bytes)));
    }, 50);
    try {
      const outcome = await page.evaluate<Awaited<ReturnType<typeof importMade>>>(
        `import('${url}test/jobs/import-big-page.ts').then(({ importMade }) => importMade(${megabytes}))`,
      );
      return { ...outcome, idleBytes, peakBytes };
    } finally {
      clearInterval(watch);
    }
  } finally {
    await browser.kill();
    await server.close();
    await remove();
  }
}

async function findRenderers(page: Page): Promise<number[]> {
  const session = await page.context().browser()!.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** Resident bytes of the largest process: the one that works, for the others hold empty pages. */
async function largestOf(processes: readonly number[]): Promise<number> {
  const sizes = await Promise.all(
    processes.map(async (id) => {
      const status = await readFile(`/proc/${id}/status`, 'utf8');
      return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
    }),
  );
  return Math.max(...sizes);
}
