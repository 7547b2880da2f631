import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * Installs packages where this is Debian and we are root, and does nothing elsewhere; whether it went well is for the caller to look.
 * @param {readonly string[]} packages
 */
export function installFromDebian(packages) {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  const names = packages.join(' ');
  console.error(`Installing ${packages.join(', ')} (apt-get install) …`);
  spawnSync(`apt-get update && apt-get install -y --no-install-recommends ${names}`, {
    shell: true,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
