import { selectBackend } from '../src/engine/backend';
import { serveEpoch } from './epoch-trainer';

serveEpoch(async (threads) => {
  await selectBackend('wasm', { threads });
});
