import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChromium } from '../studio-visit';
import type { Tab } from './tab';

/** Chromium in a clean profile, driven by Playwright. */
export async function openChromiumTab(url: string, complaints: string[]): Promise<Tab> {
  const profile = mkdtempSync(join(tmpdir(), 'tagwerk-chromium-'));
  const { page, close } = await openChromium(url, profile, complaints);
  return {
    browser: `Chromium ${page.context().browser()?.version() ?? ''}`,
    open: async (address) => void (await page.goto(address)),
    reload: async () => void (await page.reload()),
    evaluate: (expression) => page.evaluate(expression),
    press: (css) => page.locator(css).click(),
    write: (css, text) => page.locator(css).pressSequentially(text),
    choose: (css, paths) => page.locator(css).setInputFiles([...paths]),
    save: async (css) => {
      const downloading = page.waitForEvent('download');
      await page.locator(css).click();
      const path = join(profile, 'saved.onnx');
      await (await downloading).saveAs(path);
      return path;
    },
    resize: (width, height) => page.setViewportSize({ width, height }),
    photograph: () => page.screenshot(),
    close: async () => {
      await close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}
