import { test } from 'vitest';
import BlockTableWorker from './block-table.worker?worker';
import type { BlockTableReply } from './block-table.worker';
import { askWorker } from './worker-call';

/**
 * The multilingual encoder's shapes, tokenizer and Latin shard as a file with its word table in blocks and as one with the whole table in f32;
 * the weights of the layers are random. The first file is left in `.cache/parity/` for test/reference/python/check-word-blocks.py.
 */
test('a file with its word table in blocks, beside one with the whole table', async () => {
  const worker = new BlockTableWorker();
  const reply = await askWorker<BlockTableReply>(worker, undefined);
  worker.terminate();
  const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  console.log(
    `in blocks ${megabytes(reply.blockBytes)} MB (at most 110, and 1.5 kB for each of 4,000 changed rows), whole ${megabytes(reply.plainBytes)} MB; ` +
      `checked and loaded in ${reply.openBlocksMs.toFixed(0)} ms and ${reply.openPlainMs.toFixed(0)} ms; ` +
      `logits ${reply.isEqual ? 'equal bit for bit' : 'NOT EQUAL'}`,
  );
  for (const { what, blocksMs, plainMs, ratio, fastestRatio } of reply.times) {
    console.log(
      `  ${what}: ${blocksMs.toFixed(2)} ms in blocks, ${plainMs.toFixed(2)} ms whole, ratio ${ratio.toFixed(3)} (goal 1.0 ± 0.05), of the fastest ${fastestRatio.toFixed(3)}`,
    );
  }
});
