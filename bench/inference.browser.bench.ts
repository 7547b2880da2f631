import { test } from 'vitest';
import LatencyWorker from './inference-latency.worker?worker';
import type { LatencyReply } from './inference-latency.worker';

function measure(threads: number): Promise<LatencyReply> {
  const worker = new LatencyWorker();
  return new Promise<LatencyReply>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<LatencyReply>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(threads);
  }).finally(() => worker.terminate());
}

/** MiniLM from weights to logits: export, check, load, and runs of one and of several sentences, on one thread and on two. */
test('inference: export, load and latency of MiniLM', async () => {
  for (const threads of [1, 2]) {
    const reply = await measure(threads);
    console.log(
      `${reply.threads} thread(s): export ${reply.exportMs.toFixed(0)} ms, check ${reply.readMs.toFixed(0)} ms, load ${reply.createMs.toFixed(0)} ms`,
    );
    for (const { sentences, pieces, fastest, median } of reply.latencies) {
      console.log(
        `  ${sentences} × ${pieces} pieces: ${median.toFixed(1)} ms a sentence (fastest ${fastest.toFixed(1)})`,
      );
    }
  }
});
