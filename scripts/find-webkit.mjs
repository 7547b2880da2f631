import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.mjs';

/**
 * Names what runs WebKitGTK without a screen: its driver, its small browser, an X server that draws into memory, and a bus of its own. Any may be
 * undefined where it is not on this computer.
 */
export function webkitPrograms() {
  return {
    WebKitWebDriver: findProgram(['WebKitWebDriver']),
    MiniBrowser: findProgram([], miniBrowserPaths()),
    Xvfb: findProgram(['Xvfb']),
    'dbus-run-session': findProgram(['dbus-run-session']),
  };
}

/** Distributions keep MiniBrowser beside the library's other processes: `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/` on Debian. */
function miniBrowserPaths() {
  const libraries = ['/usr/lib', '/usr/lib64', '/usr/libexec'].filter((folder) =>
    existsSync(folder),
  );
  const folders = libraries.flatMap((folder) => [
    folder,
    ...readdirSync(folder)
      .filter((name) => name.endsWith('-linux-gnu'))
      .map((name) => join(folder, name)),
  ]);
  return folders.map((folder) => join(folder, 'webkit2gtk-4.1', 'MiniBrowser'));
}
