import { release } from 'node:os';
import { parseArgs } from 'node:util';
import { stepColumns, stepLine, timelineLines } from '../train-webgpu-table';
import { peerNames, type PeerName } from './measure-peer';
import { runPart } from './run-part';
import { gpuShapes, nameOf, shapeOf, softwareShapes, type BenchShape } from './shapes';
import { measurePytorch, startPart, type Deadline } from './start-part';

const usage = `sh run.sh [PART …] [--shapes MODEL:BATCHxPIECES,…] [--minutes N]
  parts: tests, repeat, table, timeline; without any: tests, repeat, table
  models: MiniLM, bert-base, tiny`;

const headline = (title: string) => console.log(`\n── ${title} ──`);

/** @returns whether none failed */
async function runTests(deadline: Deadline, seconds: number): Promise<boolean> {
  headline('kernel tests');
  const counts = await startPart(deadline, seconds, 'tests');
  const { passed = 0, failed = 1 } = counts ?? {};
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

async function runRepeat(deadline: Deadline, runs: number, steps: number): Promise<boolean> {
  headline(`${runs} runs of ${steps} steps, tiny 8 × 64`);
  const digests = await startPart(deadline, 120, 'repeat', String(runs), String(steps));
  if (!digests) return false;
  const different = new Set(digests);
  for (const digest of different) console.log(`  losses, norms and weights ${digest}`);
  const isSame = different.size === 1;
  console.log(isSame ? '  all runs are bit-equal' : `  ${different.size} different results`);
  return isSame;
}

async function runTable(
  deadline: Deadline,
  shape: BenchShape,
  peers: readonly PeerName[],
  { seconds, hasPytorch }: { seconds: number; hasPytorch: boolean },
): Promise<void> {
  const pieces = shape.batch * shape.pieces;
  headline(`a training step of ${shape.model}, ${shape.batch} × ${shape.pieces} pieces, medians`);
  console.log(stepColumns);
  let ours = NaN;
  const timelines: string[] = [];
  for (const peer of peers) {
    const measured = await startPart(deadline, seconds, 'peer', peer, nameOf(shape));
    if (!measured) continue;
    if (peer === 'replayed') ours = measured.figures.ms;
    if (measured.timeline)
      timelines.push(`\n  ${peerNames[peer]}, by kernel`, ...timelineLines(measured.timeline));
    console.log(stepLine(peerNames[peer], measured.figures, pieces, ours));
  }
  if (hasPytorch) {
    for (const [title, figures] of await measurePytorch(deadline, shape))
      console.log(stepLine(title, figures, pieces, ours));
  }
  if (timelines.length > 0) console.log(timelines.join('\n'));
}

/** Runs, and steps of each: what takes a rasteriser minutes is nothing to a GPU. */
const repetitions = (isSoftware: boolean): [number, number] => (isSoftware ? [2, 4] : [20, 50]);

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      shapes: { type: 'string' },
      minutes: { type: 'string', default: '8' },
      help: { type: 'boolean', default: false },
    },
  });
  const known = ['tests', 'repeat', 'table', 'timeline'];
  const unknown = positionals.find((part) => !known.includes(part));
  if (values.help || unknown !== undefined) {
    console.log(unknown === undefined ? usage : `There is no part "${unknown}".\n${usage}`);
    return unknown === undefined;
  }
  const chosen = values.shapes?.split(',').map(shapeOf);
  const deadline = { at: Date.now() + 60_000 * Number(values.minutes) };
  console.log(`Node ${process.version} on Linux ${release()}`);
  const adapter = await startPart(deadline, 60, 'adapter');
  if (!adapter) return false;
  const { name, isSoftware, features, driver } = adapter;
  if (driver) process.env['VK_DRIVER_FILES'] = process.env['VK_ICD_FILENAMES'] = driver;
  console.log(`adapter: ${name}${isSoftware ? ', SOFTWARE: its times say nothing of a GPU' : ''}`);
  console.log(
    `features: ${features.filter((feature) => !/texture|rg11/.test(feature)).join(', ')}`,
  );
  const shapes = chosen ?? (isSoftware ? softwareShapes : gpuShapes);
  const has = (part: string) => positionals.length === 0 || positionals.includes(part);
  let isGood = true;
  if (has('tests')) isGood = await runTests(deadline, isSoftware ? 3600 : 240);
  if (has('repeat')) isGood = (await runRepeat(deadline, ...repetitions(isSoftware))) && isGood;
  const seconds = isSoftware ? 900 : 90;
  for (const shape of shapes) {
    if (has('table'))
      await runTable(deadline, shape, ['replayed', 'half', 'stock'], {
        seconds,
        hasPytorch: true,
      });
    else if (has('timeline'))
      await runTable(deadline, shape, ['replayed', 'half'], { seconds, hasPytorch: false });
  }
  return isGood;
}

const [, , first, part, ...args] = process.argv;
if (first === '--part') void runPart(part!, args);
else
  main().then(
    (isGood) => (process.exitCode = isGood ? 0 : 1),
    (error: unknown) => {
      console.log((error as Error).message);
      process.exitCode = 1;
    },
  );
