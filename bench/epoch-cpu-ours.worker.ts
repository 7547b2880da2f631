import { selectBackend } from '../src/engine/start-engine';
import { serveEpoch } from './epoch-trainer';

serveEpoch(async (threads) => {
  await selectBackend('wasm', { threads });
});
