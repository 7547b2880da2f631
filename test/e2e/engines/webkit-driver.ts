import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { webkitPrograms } from '../../../scripts/find-webkit.mjs';

export interface WebKitDriver {
  /** Address that a WebDriver client talks to. */
  url: string;
  /** Path of the browser that the driver is to start. */
  miniBrowser: string;
  /** Folder that the browser saves into. */
  downloads: string;
  close(): void;
}

/** Starts WebKitWebDriver on a display in memory and a bus of its own. @throws where a program is not on this computer. */
export async function startWebKitDriver(): Promise<WebKitDriver> {
  const { WebKitWebDriver, MiniBrowser, Xvfb, 'dbus-run-session': bus } = webkitPrograms();
  if (!WebKitWebDriver || !MiniBrowser || !Xvfb || !bus) {
    const missing = Object.entries(webkitPrograms()).flatMap(([name, path]) => (path ? [] : name));
    throw new Error(
      `WebKitGTK's ${missing.join(', ')} was not found, and the studio is tested in it. It runs on Linux only; ` +
        'on Debian install webkit2gtk-driver, xvfb and dbus.',
    );
  }
  const home = mkdtempSync(join(tmpdir(), 'tagwerk-webkit-'));
  const downloads = join(home, 'downloads');
  const started: ChildProcess[] = [];
  const close = () => {
    for (const { pid } of started.reverse()) if (pid) endGroup(pid);
    rmSync(home, { recursive: true, force: true });
  };
  try {
    const screen = ['-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-displayfd', '3'];
    const display = spawn(Xvfb, screen, {
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    started.push(display);
    const number = await within(10, 'Xvfb to name its display', async () => {
      const [line] = (await once(display.stdio[3] as Readable, 'data')) as [Buffer];
      return line.toString().trim();
    });
    const port = await freePort();
    const driver = spawn(bus, ['--', WebKitWebDriver, `--port=${port}`], {
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, ...surroundings(home, downloads), DISPLAY: `:${number}` },
    });
    started.push(driver);
    const url = `http://127.0.0.1:${port}`;
    await within(10, 'WebKitWebDriver to answer', () => answers(`${url}/status`));
    return { url, miniBrowser: MiniBrowser, downloads, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** Keeps what the browser writes away from the person's own files, and its sandbox off where we are root, under whom it cannot start. */
function surroundings(home: string, downloads: string): Record<string, string> {
  const folders = ['XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME', 'XDG_RUNTIME_DIR'];
  const paths = folders.map((name) => [name, join(home, name)] as const);
  for (const [, path] of paths) {
    mkdirSync(path);
    chmodSync(path, 0o700);
  }
  mkdirSync(downloads);
  writeFileSync(join(home, 'XDG_CONFIG_HOME/user-dirs.dirs'), `XDG_DOWNLOAD_DIR="${downloads}"\n`);
  return {
    ...Object.fromEntries(paths),
    LC_ALL: 'C.UTF-8', // of which WebKit makes a language that is none
    NO_AT_BRIDGE: '1',
    ...(process.getuid?.() === 0 ? { WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' } : {}),
  };
}

async function answers(address: string): Promise<void> {
  for (;;) {
    const response = await fetch(address).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await wait(50);
  }
}

async function within<T>(seconds: number, what: string, work: () => Promise<T>): Promise<T> {
  const late = new AbortController();
  const limit = wait(seconds * 1000, undefined, { signal: late.signal }).then(() => {
    throw new Error(`Waited ${seconds} s for ${what}.`);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    late.abort();
    limit.catch(() => undefined);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid);
  } catch {
    // It has ended by itself.
  }
}
