import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright';
import { createServer, type ViteDevServer } from 'vite';
import { onTestFinished } from 'vitest';
import { chromiumPath } from '../../scripts/find-chromium.mjs';
import { isolationHeaders } from '../../scripts/isolation-headers.mjs';

/** Serves the sources as modules, so that a page can import them: `await import('/src/storage/shards.ts')`. */
export async function serveSources(): Promise<{ url: string; server: ViteDevServer }> {
  const server = await createServer({
    root: join(import.meta.dirname, '../..'),
    configFile: false,
    logLevel: 'error',
    appType: 'custom',
    cacheDir: join(tmpdir(), `tagwerk-vite-${process.pid}`),
    optimizeDeps: { noDiscovery: true },
    server: { host: 'localhost', port: 0, headers: isolationHeaders, hmr: false, watch: null },
    plugins: [
      {
        name: 'blank-page',
        configureServer({ middlewares }) {
          middlewares.use('/blank', (_request, response) => {
            response
              .setHeader('content-type', 'text/html')
              .end('<!doctype html><title>blank</title>');
          });
        },
      },
    ],
  });
  await server.listen();
  return { url: server.resolvedUrls!.local[0]!, server };
}

/** A Chromium with a profile on disk, started as a process of ours, so that it can die as in a power cut. */
export class PersistentBrowser {
  readonly #process: ChildProcess;
  readonly #browser: Browser;

  private constructor(process: ChildProcess, browser: Browser) {
    this.#process = process;
    this.#browser = browser;
  }

  /** Starts it; `prefix` is a command that starts another. */
  static async start(profile: string, prefix: readonly string[] = []): Promise<PersistentBrowser> {
    const args = [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-gpu',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank',
    ];
    // `detached` makes it the leader of a process group, so that a kill reaches its children and nobody else's.
    const command = [...prefix, chromiumPath() ?? chromium.executablePath(), ...args];
    const process = spawn(command[0]!, command.slice(1), {
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const address = await new Promise<string>((resolve, reject) => {
      let said = '';
      process.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /DevTools listening on (ws:\S+)/.exec(said);
        if (found) resolve(found[1]!);
      });
      process.on('exit', () => reject(new Error(`Chromium ended before it was ready:\n${said}`)));
    });
    return new PersistentBrowser(process, await chromium.connectOverCDP(address));
  }

  async open(url: string): Promise<Page> {
    const page = await this.#browser.contexts()[0]!.newPage();
    await page.goto(url);
    return page;
  }

  /** kill -9, the whole process group; resolves when it is dead. */
  async kill(): Promise<void> {
    const dead = new Promise((resolve) => this.#process.once('exit', resolve));
    process.kill(-this.#process.pid!, 'SIGKILL');
    await dead;
    await this.#browser.close();
  }
}

/** Calls a method of the object that a page's script has put under `name`; arguments and answer cross as JSON. */
export function callPage(
  page: Page,
  name: string,
  method: string,
  args: readonly unknown[],
): Promise<unknown> {
  const list = args.map((arg) => JSON.stringify(arg) ?? 'undefined').join(', ');
  return page.evaluate(`${name}.${method}(${list})`);
}

/** One profile for a test, and its browsers, one after the other; both are gone after it. */
export async function startProfile(): Promise<{
  profile: string;
  open: (url: string) => Promise<Page>;
  kill: () => Promise<void>;
}> {
  const { profile, remove } = await makeProfile();
  let browser: PersistentBrowser | undefined;
  const kill = async () => {
    await browser?.kill();
    browser = undefined;
  };
  onTestFinished(async () => {
    await kill();
    await remove();
  });
  const open = async (url: string) => {
    browser = await PersistentBrowser.start(profile);
    return browser.open(url);
  };
  return { profile, open, kill };
}

/** A folder for a profile, and the call that removes it. */
export async function makeProfile(): Promise<{ profile: string; remove: () => Promise<void> }> {
  const profile = await mkdtemp(join(tmpdir(), 'tagwerk-profile-'));
  return { profile, remove: () => rm(profile, { recursive: true, force: true, maxRetries: 5 }) };
}
