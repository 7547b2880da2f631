import { firefoxPath } from './find-firefox.mjs';
import { webkitPrograms } from './find-webkit.mjs';
import { installFromDebian } from './install-from-debian.mjs';

/** The Debian package that brings each program; the driver's package brings MiniBrowser through the library it needs. */
const webkitPackages = {
  WebKitWebDriver: 'webkit2gtk-driver',
  MiniBrowser: 'webkit2gtk-driver',
  Xvfb: 'xvfb',
  'dbus-run-session': 'dbus',
};

/** Installs Firefox and WebKitGTK on Debian as root. The tests that need a browser that stays missing fail with a sentence. */
export function ensureOtherEngines() {
  const missing = new Set(
    Object.entries(webkitPrograms())
      .filter(([, path]) => !path)
      .map(([name]) => webkitPackages[/** @type {keyof typeof webkitPackages} */ (name)]),
  );
  if (!firefoxPath()) missing.add('firefox-esr');
  if (missing.size > 0) installFromDebian([...missing]);
}
