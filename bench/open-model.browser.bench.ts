import { test } from 'vitest';
import type { OpenReply } from './open-model.worker';
import OpenModelWorker from './open-model.worker?worker';
import { askWorker } from './worker-call';

/** Checks a file of MiniLM as it is checked when it is dropped, beside reading its bytes. */
test('opening a model file of 90 MB, with checksums', async () => {
  const worker = new OpenModelWorker();
  const { fileBytes, bytesMs, openMs, weightsMs } = await askWorker<OpenReply>(worker, 15);
  worker.terminate();
  console.log(
    `${(fileBytes / 1e6).toFixed(0)} MB: reading ${bytesMs.toFixed(0)} ms; opened with checksums ${openMs.toFixed(0)} ms, ` +
      `ratio ${(openMs / bytesMs).toFixed(2)}; ${(openMs - bytesMs).toFixed(0)} ms beyond reading (at most 300); ` +
      `its weights read and hashed in ${weightsMs.toFixed(0)} ms`,
  );
});
