import { execFile, fork } from 'node:child_process';
import { join } from 'node:path';
import type { StepFigures } from '../train-webgpu-table';
import type { PartAnswers } from './run-part';
import type { BenchShape } from './shapes';

/** When everything must have ended. */
export interface Deadline {
  at: number;
}

/** Runs a part in a process of its own; undefined where it fails or its time is up, which it has then said. */
export function startPart<Part extends keyof PartAnswers>(
  deadline: Deadline,
  seconds: number,
  part: Part,
  ...args: string[]
): Promise<PartAnswers[Part] | undefined> {
  const title = [part, ...args].join(' ');
  const ms = Math.min(1000 * seconds, deadline.at - Date.now());
  if (ms <= 0) {
    console.log(`  ${title}: not run, the time is up (--minutes)`);
    return Promise.resolve(undefined);
  }
  return new Promise((resolve) => {
    const child = fork(process.argv[1]!, ['--part', part, ...args]);
    const timer = setTimeout(() => {
      console.log(`  ${title}: ended after ${(ms / 1000).toFixed(0)} s`);
      child.kill('SIGKILL');
    }, ms);
    let answer: PartAnswers[Part] | undefined;
    child.on('message', (message) => (answer = message as PartAnswers[Part]));
    child.on('error', (error) => console.log(`  ${title}: ${error.message}`));
    child.on('exit', (_, signal) => {
      clearTimeout(timer);
      if (signal && signal !== 'SIGKILL') console.log(`  ${title}: ended by ${signal}`);
      resolve(answer);
    });
  });
}

/** The rows of train-webgpu.py, which knows the same shapes; none where python3, torch or CUDA is not here, which is said. */
export function measurePytorch(
  deadline: Deadline,
  { model, batch, pieces }: BenchShape,
): Promise<[title: string, figures: StepFigures][]> {
  const script = join(process.argv[1]!, '..', 'train-webgpu.py');
  const args = [script, '--json', '--shapes', `${model}:${batch}x${pieces}`];
  const timeout = Math.max(1, Math.min(120_000, deadline.at - Date.now()));
  return new Promise((resolve) => {
    execFile('python3', args, { timeout }, (error, stdout, stderr) => {
      const rows = stdout.split('\n').filter((line) => line.startsWith('['));
      const reason = stderr.trim().split('\n').at(-1) || error?.message;
      if (rows.length === 0) console.log(`  PyTorch: not measured (${reason ?? 'no answer'})`);
      resolve(rows.map((row) => JSON.parse(row) as [string, StepFigures]));
    });
  });
}
