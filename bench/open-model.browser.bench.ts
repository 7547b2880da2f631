import { test } from 'vitest';
import type { OpenReply } from './open-model.worker';
import OpenModelWorker from './open-model.worker?worker';
import { askWorker } from './worker-call';

/** Checks a file of MiniLM as it is checked when it is dropped, beside reading its bytes and beside the check without checksums. */
test('opening a model file of 90 MB, with checksums and without', async () => {
  const worker = new OpenModelWorker();
  const { fileBytes, bytesMs, openMs, weightsMs } = await askWorker<OpenReply>(worker, 7);
  worker.terminate();
  const withoutMs = bytesMs + openMs - weightsMs;
  console.log(
    `${(fileBytes / 1e6).toFixed(0)} MB: reading ${bytesMs.toFixed(0)} ms; checked with checksums ${openMs.toFixed(0)} ms, ` +
      `read and checked without them ${withoutMs.toFixed(0)} ms, ratio ${(openMs / withoutMs).toFixed(2)}; ` +
      `${(openMs - bytesMs).toFixed(0)} ms beyond reading`,
  );
});
