import { startTfjsWasm } from './start-stock';
import { serveEpoch } from './epoch-trainer';
import { registerWholePathEngine } from './whole-path-engine/register';

serveEpoch(async (threads) => {
  registerWholePathEngine();
  await startTfjsWasm(threads);
});
