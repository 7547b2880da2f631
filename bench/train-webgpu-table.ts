import type { KernelTime } from '../src/engine/webgpu/device/kernel-timer';
import { median } from './median';
import type { GpuStepReply } from './train-webgpu-messages';

/** A row of the table: medians of steps; undefined or 0 where a peer does not tell. */
export interface StepFigures {
  steps: number;
  ms: number;
  loss: number;
  jsMs?: number | undefined;
  dispatches?: number | undefined;
  gpuBytes?: number | undefined;
}

export function summarise(replies: readonly GpuStepReply[]): StepFigures {
  const { loss, dispatches, gpuBytes } = replies.at(-1)!;
  const [first] = replies;
  const jsMs = first!.jsMs === undefined ? undefined : median(replies.map(({ jsMs }) => jsMs!));
  const ms = median(replies.map((reply) => reply.ms));
  return { steps: replies.length, ms, loss, jsMs, dispatches, gpuBytes };
}

const line = (title: string, cells: readonly string[]) =>
  `  ${title.padEnd(22)}${cells.map((cell) => cell.padStart(11)).join('')}`;

export const stepColumns = line('', [
  ...['steps', 'ms', 'pieces/s', '× ours', 'JS ms', 'dispatches', 'GPU MB', 'loss'],
]);

/** @param ours milliseconds of our own step */
export function stepLine(title: string, row: StepFigures, pieces: number, ours: number): string {
  const { steps, ms, loss, jsMs, dispatches, gpuBytes } = row;
  return line(title, [
    String(steps),
    ms.toFixed(ms < 10 ? 2 : 1),
    ((1000 * pieces) / ms).toFixed(0),
    (ms / ours).toFixed(2),
    jsMs === undefined ? '' : jsMs.toFixed(2),
    dispatches ? String(dispatches) : '',
    gpuBytes === undefined ? '' : (gpuBytes / 1e6).toFixed(0),
    loss.toFixed(3),
  ]);
}

/** Lists a step's time on the device kernel by kernel, those of under a hundredth together. */
export function timelineLines(times: readonly KernelTime[]): string[] {
  const total = times.reduce((sum, { ms }) => sum + ms, 0);
  const small = times.filter(({ ms }) => ms < total / 100);
  const rest = {
    kernel: 'others',
    dispatches: small.reduce((sum, { dispatches }) => sum + dispatches, 0),
    ms: small.reduce((sum, { ms }) => sum + ms, 0),
  };
  const rows = [...times.filter(({ ms }) => ms >= total / 100), rest];
  return [
    `  ${total.toFixed(2)} ms on the device, a pass for each dispatch`,
    `  ${'ms'.padStart(9)}${'share'.padStart(8)}${'dispatches'.padStart(12)}  kernel`,
    ...rows.map(({ kernel, dispatches, ms }) => {
      const share = `${((100 * ms) / total).toFixed(1)} %`;
      return `  ${ms.toFixed(3).padStart(9)}${share.padStart(8)}${String(dispatches).padStart(12)}  ${kernel}`;
    }),
  ];
}
