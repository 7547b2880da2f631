import { connect } from 'node:net';
import { ensureBuilt } from './ensure-built.mjs';
import { ensureInstalled } from './ensure-installed.mjs';
import { stop } from './process.mjs';
import { serveBuild } from './serve-build.mjs';

/** Always the same: a browser keeps what it stores by address. */
const port = 4173;

ensureInstalled();
if (await isTaken()) {
  stop(
    `Port ${port} is taken, maybe by a Tagwerk that runs already: http://localhost:${port}. Stop what runs there and try again; another port would be another, empty storage.`,
  );
}
await ensureBuilt();
const { url } = await serveBuild(port);
console.log(`Tagwerk: ${url} (Ctrl+C stops it)`);

/** Whether something answers on either of localhost's addresses: a server on one leaves the other free to bind. */
async function isTaken() {
  const answers = await Promise.all(['127.0.0.1', '::1'].map(answersAt));
  return answers.includes(true);
}

/** @param {string} host @returns {Promise<boolean>} */
function answersAt(host) {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
