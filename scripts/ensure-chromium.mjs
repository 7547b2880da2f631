import { existsSync } from 'node:fs';
import { chromiumPath } from './find-chromium.mjs';
import { installFromDebian } from './install-from-debian.mjs';
import { stop } from './process.mjs';

/** Sees to it that a Chromium can be launched, on Debian as root by installing it; stops with a sentence where there is none. */
export async function ensureChromium() {
  const path = chromiumPath();
  if (path) {
    if (!existsSync(path)) stop(`CHROME_PATH is ${path}, but there is no such file.`);
    return;
  }
  const { chromium } = await import('playwright');
  if (existsSync(chromium.executablePath())) return;
  installFromDebian(['chromium']);
  if (chromiumPath()) return;
  stop(
    'No Chromium was found. Install Chrome, Chromium or Edge, or run `npx playwright install chromium`, or set CHROME_PATH to the browser.',
  );
}
