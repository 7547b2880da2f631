import { Builder, By, Capabilities, type WebElement } from 'selenium-webdriver';
import { savedFile } from './saved-file';
import { startWebKitDriver } from './webkit-driver';
import type { Tab } from './tab';

/**
 * WebKitGTK's MiniBrowser over WebDriver, in a window on a display in memory. WebDriver tells nothing of the console; the server's watch
 * script does (`watched-server.ts`). @throws where WebKitGTK is not on this computer.
 */
export async function openWebKitTab(): Promise<Tab> {
  const driver = await startWebKitDriver();
  try {
    const browser = await new Builder()
      .usingServer(driver.url)
      .withCapabilities(
        new Capabilities({
          browserName: 'MiniBrowser',
          'webkitgtk:browserOptions': { binary: driver.miniBrowser, args: ['--automation'] },
        }),
      )
      .build();
    await browser.manage().setTimeouts({ script: 120_000, pageLoad: 120_000 });
    const find = (css: string): WebElement => browser.findElement(By.css(css));
    const version = (await browser.getCapabilities()).getBrowserVersion();
    return {
      browser: `WebKitGTK ${version}`,
      open: (address) => browser.get(address),
      reload: () => browser.navigate().refresh(),
      evaluate: (expression) => browser.executeScript(`return ${expression}`),
      press: (css) => find(css).click(),
      write: (css, text) => find(css).sendKeys(text),
      choose: (css, paths) => find(css).sendKeys(paths.join('\n')),
      save: async (css) => {
        await find(css).click();
        return savedFile(driver.downloads, '.onnx', 60);
      },
      resize: async (width, height) => {
        const window = browser.manage().window();
        await window.setRect({ width, height });
        // The window's bars take some of it.
        const inner: number = await browser.executeScript('return innerHeight');
        await window.setRect({ width, height: 2 * height - inner });
      },
      photograph: async () => Buffer.from(await browser.takeScreenshot(), 'base64'),
      close: async () => {
        await browser.quit().catch(() => undefined); // it may be gone
        driver.close();
      },
    };
  } catch (error) {
    driver.close();
    throw error;
  }
}
