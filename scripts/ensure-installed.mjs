import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, stop } from './process.mjs';

/** The version of Node in package.json's `engines`. */
const oldestNode = { major: 20, minor: 19 };

/** Installs the packages of package-lock.json unless node_modules holds exactly them; stops with a sentence where that fails. */
export function ensureInstalled() {
  assertNodeVersion();
  if (isInstalled()) return;
  console.error('Installing packages (npm ci) …');
  // Through a shell, because npm is npm.cmd on Windows. Our own stdout stays clean: callers print results there.
  const { status } = spawnSync('npm ci --loglevel=error', {
    cwd: root,
    shell: true,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) {
    stop(
      'npm ci failed (see above). It needs npm and, once, a connection to the package registry.',
    );
  }
}

function assertNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor)) return;
  stop(
    `Tagwerk needs Node ${oldestNode.major}.${oldestNode.minor} or later, and this is ${process.versions.node}; a newer one is at https://nodejs.org.`,
  );
}

/** Holds npm's record of what it installed, which it writes last, against the lockfile. */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = readPackages(record);
  return Object.entries(readPackages(join(root, 'package-lock.json'))).every(([path, locked]) => {
    const found = installed[path];
    // Packages for other systems stand in the lockfile, but never on this disk.
    if (!found) return path === '' || locked.optional === true;
    return found.version === locked.version && found.integrity === locked.integrity;
  });
}

/** @param {string} path @returns {Record<string, { version?: string; integrity?: string; optional?: boolean }>} */
function readPackages(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
