import { findProgram } from './find-program.mjs';

const installed = [
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe',
  'C:\\Program Files (x86)\\Mozilla Firefox\\firefox.exe',
];

/** The path of a Firefox on this computer: `FIREFOX_PATH`, else an installed one; undefined where there is none. */
export function firefoxPath() {
  return process.env['FIREFOX_PATH'] || findProgram(['firefox-esr', 'firefox'], installed);
}
