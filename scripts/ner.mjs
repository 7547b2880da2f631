import { join } from 'node:path';
import { chromiumPath } from './find-chromium.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureChromium } from './ensure-chromium.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { root } from './process.mjs';
import { serveBuild } from './serve-build.mjs';

ensureInstalled();
const { runnerImport } = await import('vite');
const { module } = await runnerImport(join(root, 'src/cli/main.ts'), {
  root,
  configFile: false,
  logLevel: 'warn',
});
process.exitCode = await module.main(process.argv.slice(2), {
  executablePath: chromiumPath(),
  serve: async () => {
    await ensureChromium();
    await ensureBuilt();
    return serveBuild(0);
  },
});
