import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright';
import type { Automation } from '../protocol/automation';

/** Server and browser that the command line is given. */
export interface Surroundings {
  /** Serves the built page on a free port. */
  serve: () => Promise<{ url: string; close: () => Promise<void> }>;
  /** Path of the browser; undefined leaves the choice to Playwright. */
  executablePath: string | undefined;
}

/** Backend that the page is asked to run on. */
export interface BackendWish {
  backend: string;
  threads?: number;
}

/** A call in the page failed; the message is the page's own. */
export class StudioError extends Error {
  override readonly name = 'StudioError';
}

/** No browser, or no backend in it. */
export class NoBackendError extends Error {
  override readonly name = 'NoBackendError';
}

/** A file that was named is not there. */
export class MissingFileError extends Error {
  override readonly name = 'MissingFileError';
}

declare global {
  /** Calls that the page offers; defined only in the page. */
  var tagwerk: Automation;
  /** Writes a line of progress to this process' standard error; defined only in the page. */
  var tell: (line: string) => Promise<void>;
}

/** The built page in a headless browser with an empty profile, closed and deleted afterwards. */
export class StudioPage {
  readonly #page: Page;
  readonly #context: BrowserContext;
  readonly #server: { close: () => Promise<void> };
  readonly #profile: string;
  #fields = 0;

  private constructor(
    page: Page,
    context: BrowserContext,
    server: { close: () => Promise<void> },
    profile: string,
  ) {
    this.#page = page;
    this.#context = context;
    this.#server = server;
    this.#profile = profile;
  }

  /** @throws NoBackendError where no browser starts. */
  static async open(
    { serve, executablePath }: Surroundings,
    { backend, threads }: BackendWish,
    tell: (line: string) => void,
  ): Promise<StudioPage> {
    const server = await serve();
    const profile = mkdtempSync(join(tmpdir(), 'tagwerk-'));
    let context: BrowserContext | undefined;
    try {
      context = await launch(profile, executablePath, backend);
      const page = context.pages()[0] ?? (await context.newPage());
      await page.exposeFunction('tell', tell);
      const address = new URL(`?backend=${backend}`, server.url);
      if (threads !== undefined) address.searchParams.set('threads', `${threads}`);
      await page.goto(address.href);
      await page.waitForFunction(() => 'tagwerk' in globalThis);
      return new StudioPage(page, context, server, profile);
    } catch (error) {
      await context?.close();
      await server.close();
      rmSync(profile, { recursive: true, force: true });
      throw error;
    }
  }

  /**
   * Runs a function in the page. The function may use nothing but its argument, which is copied as JSON is; files go through `lend`.
   *
   * @throws StudioError with the page's message.
   */
  async call<Argument, Result>(
    job: (argument: Argument) => Promise<Result>,
    argument: Argument,
  ): Promise<Result> {
    try {
      return await this.#page.evaluate(job as never, argument);
    } catch (error) {
      throw new StudioError(pageMessage(error as Error), { cause: error });
    }
  }

  /** Hands files, or all files under a folder, to the page. @returns the id of the field that holds them: see `Automation.lent`. */
  async lend(paths: readonly string[]): Promise<string> {
    const id = `lent-${++this.#fields}`;
    const files = paths.flatMap(listFiles);
    const given = {
      ...{ fieldId: id, paths: JSON.stringify(files.map(({ path }) => path)) },
    };
    await this.#page.evaluate(({ fieldId, paths }) => {
      const field = document.createElement('input');
      Object.assign(field, { type: 'file', multiple: true, id: fieldId, hidden: true });
      field.dataset['paths'] = paths;
      document.body.append(field);
    }, given);
    await this.#page.setInputFiles(
      `#${id}`,
      files.map(({ onDisk }) => onDisk),
    );
    return id;
  }

  /** Saves a stored model's file. */
  async saveModel(modelId: string, path: string): Promise<void> {
    const downloading = this.#page.waitForEvent('download');
    await this.call(async (id) => {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await tagwerk.readModel(id));
      link.download = 'model.onnx';
      link.click();
    }, modelId);
    await (await downloading).saveAs(path);
  }

  async close(): Promise<void> {
    await this.#context.close();
    await this.#server.close();
    rmSync(this.#profile, { recursive: true, force: true });
  }
}

async function launch(
  profile: string,
  executablePath: string | undefined,
  backend: string,
): Promise<BrowserContext> {
  const args = ['--enable-unsafe-webgpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  if (backend === 'webgpu-software') args.push('--use-webgpu-adapter=swiftshader');
  try {
    // A profile on disk: a private window would keep its storage in memory.
    return await chromium.launchPersistentContext(profile, {
      headless: true,
      args,
      ...(executablePath === undefined ? {} : { executablePath }),
    });
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new NoBackendError(
      `No browser could be started (${reason}); install Chrome, Chromium or Edge, or set CHROME_PATH.`,
      { cause: error },
    );
  }
}

/** Takes the page's own message out of Playwright's `page.evaluate: Error: …` and its stack. */
function pageMessage({ message }: Error): string {
  return message.replace(/^page\.evaluate: (?:\w+: )?/u, '').replace(/\n\s+at [\s\S]*$/u, '');
}

/** Lists a file, or all files under a folder except those in hidden folders; `path` begins with the folder's name. */
function listFiles(given: string): { onDisk: string; path: string }[] {
  if (!existsSync(given)) throw new MissingFileError(`${given}: there is no such file or folder.`);
  if (!statSync(given).isDirectory()) return [{ onDisk: given, path: basename(given) }];
  const under = (folder: string, path: string): { onDisk: string; path: string }[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const onDisk = join(folder, entry.name);
      const own = `${path}/${entry.name}`;
      const isFolder = statSync(onDisk).isDirectory();
      if (isFolder) return entry.name.startsWith('.') ? [] : under(onDisk, own);
      return [{ onDisk, path: own }];
    });
  return under(given, folderName(given));
}

export function folderName(path: string): string {
  return basename(path.replace(/[/\\]+$/u, ''));
}
