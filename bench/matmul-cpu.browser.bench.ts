import { test } from 'vitest';
import CeilingWorker from './ceiling/ceiling.worker?worker';
import type { CeilingBuild } from './ceiling/ceiling.worker';
import JaxWorker from './matmul-cpu-jax.worker?worker';
import { forms, productOperations, type Form, type ProductsReply } from './matmul-cpu-messages';
import OurWorker from './matmul-cpu-ours.worker?worker';
import { median } from './median';
import { askWorker, settle } from './worker-call';

const [ROUNDS, TIMES] = [7, 15];

/** GFLOPS of all cores together, registers only. */
async function measureCeiling(workers: readonly Worker[], build: CeilingBuild): Promise<number> {
  const rates = await Promise.all(workers.map((worker) => askWorker<number>(worker, build)));
  return rates.reduce((a, b) => a + b);
}

interface Peer {
  name: string;
  threads: number;
  worker: Worker;
  /** Times of all rounds. */
  ms: Record<Form, number[]>;
  checksums: Partial<Record<Form, number>>;
}

async function startPeer(name: string, threads: number, worker: Worker): Promise<Peer> {
  await askWorker(worker, { threads });
  return { name, threads, worker, ms: { NN: [], NT: [], TN: [] }, checksums: {} };
}

test('matrix products of 512 × 384 × 1536', async () => {
  const peers: Peer[] = [];
  for (const threads of [1, 2]) {
    peers.push(await startPeer('ours', threads, new OurWorker()));
    peers.push(await startPeer('jax-js', threads, new JaxWorker()));
  }
  const cores = [new CeilingWorker(), new CeilingWorker()];
  const ceilings: Record<CeilingBuild, number[][]> = { relaxed: [[], []], plain: [[], []] };
  // They take turns, the ceiling too: a virtual machine's cores are not the same from second to second.
  for (let round = 0; round < ROUNDS; round++) {
    await settle();
    for (const build of ['relaxed', 'plain'] as const) {
      ceilings[build][0]!.push(await measureCeiling(cores.slice(0, 1), build));
      ceilings[build][1]!.push(await measureCeiling(cores, build));
    }
    for (const { worker, ms, checksums } of peers) {
      await settle();
      for (const form of forms) {
        const reply = await askWorker<ProductsReply>(worker, { form, times: TIMES });
        ms[form].push(...reply.ms);
        checksums[form] = reply.checksum;
      }
    }
  }
  for (const core of cores) core.terminate();
  const [one, two] = ceilings.relaxed.map(median) as [number, number];
  const [onePlain, twoPlain] = ceilings.plain.map(median) as [number, number];
  let table = `Ceiling: 12 independent multiply-adds in registers, GFLOPS on 1 core and on 2 at once: ${one.toFixed(1)}, ${two.toFixed(1)}`;
  table += `\n  without fusing: ${onePlain.toFixed(1)}, ${twoPlain.toFixed(1)}`;
  table += `\nProducts: GFLOPS, medians of ${ROUNDS * TIMES}; % of the ceiling of so many cores`;
  const rate = ({ ms }: Peer, form: Form) => productOperations / median(ms[form]) / 1e6;
  for (const peer of peers) {
    const jax = peers.find(({ name, threads }) => name === 'jax-js' && threads === peer.threads)!;
    const cells = forms.map((form) => {
      const gflops = rate(peer, form);
      const share = (100 * gflops) / (peer.threads === 1 ? one : two);
      const ratio = gflops / rate(jax, form);
      return `${form} ${gflops.toFixed(1)} (${share.toFixed(0)} %, ${ratio.toFixed(2)} × jax-js)`;
    });
    table += `\n  ${peer.name}, ${peer.threads} thread(s): ${cells.join('  ')}`;
    for (const form of forms) {
      const [expected, found] = [peers[0]!.checksums[form]!, peer.checksums[form]!];
      if (Math.abs(found - expected) > 1e-3 * Math.abs(expected) + 1e-2)
        throw new Error(`${peer.name} computes another ${form}: ${found}, not ${expected}.`);
    }
    peer.worker.terminate();
  }
  console.log(table);
});
