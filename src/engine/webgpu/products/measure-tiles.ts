import { LinearTimer } from './linear-timer';
import { planLinear, planLinearGradient, type LinearShape } from './linear';
import type { GpuBackend } from '../device/gpu-backend';
import {
  REGISTERS_ONLY,
  SHAPE_CLASSES,
  tileFormNames,
  type ShapeClass,
  type TileChoice,
  type TileFormName,
} from './tile-choice';

export interface TileMeasurement {
  choice: TileChoice;
  /** False where time ran out before every form could be tried: another start may find more. */
  isComplete: boolean;
  elapsedMs: number;
}

export interface MeasureOptions {
  /** For everything, compiling included. */
  budgetMs?: number;
  /** Below so many GFLOPS in registers an adapter is taken for a processor, which has no workgroup memory of its own. */
  slowestGpu?: number;
}

/** A classifier of 12 tags, and layers of a MiniLM, over 8 × 64 and 32 × 64 pieces. */
const MEASURED_SHAPES: Record<ShapeClass, LinearShape> = {
  thin: { rows: 512, inner: 384, columns: 12, parts: 1 },
  small: { rows: 512, inner: 384, columns: 384, parts: 1 },
  middle: { rows: 512, inner: 384, columns: 1536, parts: 1 },
  large: { rows: 2048, inner: 384, columns: 1536, parts: 1 },
};
const PROBE_SHAPE: LinearShape = { rows: 256, inner: 256, columns: 256, parts: 1 };

/** A run long enough for a clock of 0.1 ms, where the device is fast. */
const RUN_MS = 2;
const MOST_TIMES = 100;
/** A form that takes so many times the best one's time, and more than a run, is left at that. */
const FAR_SLOWER = 3;
/** The part of the budget in which forms are compiled. */
const COMPILING = 0.6;
/** Runs of each form, for an estimate. */
const RUNS = 3;

/**
 * Finds out which form of products this device runs fastest for each class of shapes: a layer forward and backward, the classes with the
 * least arithmetic first. A class for which there is no time takes what the next smaller takes.
 *
 * What it compiles stays with the backend and is what training runs. Nothing is changed: see `GpuBackend.tiles`.
 */
export async function measureTiles(
  backend: GpuBackend,
  { budgetMs = 500, slowestGpu = 10 }: MeasureOptions = {},
): Promise<TileMeasurement> {
  const started = performance.now();
  const left = () => started + budgetMs - performance.now();
  const finish = (choice: TileChoice, isComplete: boolean): TileMeasurement => ({
    ...{ choice, isComplete },
    elapsedMs: performance.now() - started,
  });

  const { kernel } = planLinear('registers', PROBE_SHAPE);
  if (!(await isDoneWithin(COMPILING * budgetMs, backend.pipelines.prepare([kernel]))))
    return finish(REGISTERS_ONLY, false);
  let operationsPerMs = await probe(backend);
  if (operationsPerMs < slowestGpu * 1e6) return finish(REGISTERS_ONLY, true);

  const forms = await prepareForms(backend, left() - (1 - COMPILING) * budgetMs);
  const choice = { ...REGISTERS_ONLY };
  let usual: TileFormName = 'registers';
  let isCut = forms.length < tileFormNames.length;
  for (const shapeClass of SHAPE_CLASSES) {
    const shape = MEASURED_SHAPES[shapeClass];
    const operations = 6 * shape.rows * shape.inner * shape.columns;
    const expectedMs = (operations / operationsPerMs) * RUNS * forms.length;
    choice[shapeClass] = usual;
    if (expectedMs > left()) {
      // Compiling took its time, or this device is never fast enough for a class of so much arithmetic.
      isCut ||= left() <= 0 || expectedMs < (1 - COMPILING) * budgetMs;
      continue;
    }
    const measured = await measureForms(backend, shape, forms, left);
    choice[shapeClass] = measured.form;
    if (shapeClass !== 'thin') usual = measured.form;
    isCut ||= measured.isCut;
    operationsPerMs = Math.max(operationsPerMs, operations / measured.ms);
  }
  return finish(choice, !isCut);
}

/** Milliseconds of a layer, forward and backward, in the form that is in use for its shape. */
export async function timeProducts(
  backend: GpuBackend,
  precision: 'f32' | 'f16',
  shapeClass: ShapeClass = 'large',
): Promise<number> {
  const timer = new LinearTimer(backend, MEASURED_SHAPES[shapeClass], precision === 'f16');
  try {
    return await timeLongEnough(timer, backend.tiles[shapeClass], ['y', 'dx and dW']);
  } finally {
    timer.dispose();
  }
}

/** Compiles what linear layers run in each form; those forms that are ready within so many milliseconds. */
async function prepareForms(backend: GpuBackend, patienceMs: number): Promise<TileFormName[]> {
  const ready = new Set<TileFormName>();
  const compiling = tileFormNames.map(async (form) => {
    const [forward, gradient] = [
      planLinear(form, PROBE_SHAPE),
      planLinearGradient(form, PROBE_SHAPE),
    ];
    await backend.pipelines.prepare([forward.kernel, gradient.kernel]);
    ready.add(form);
  });
  await isDoneWithin(patienceMs, Promise.all(compiling));
  return tileFormNames.filter((form) => ready.has(form));
}

function isDoneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => setTimeout(resolve, Math.max(0, ms), false));
  return Promise.race([work.then(() => true), timeout]);
}

/** Operations a millisecond, in registers. */
async function probe(backend: GpuBackend): Promise<number> {
  const timer = new LinearTimer(backend, PROBE_SHAPE);
  try {
    const { rows, inner, columns } = PROBE_SHAPE;
    const ms = await timeLongEnough(timer, 'registers', ['y']);
    return (2 * rows * inner * columns) / ms;
  } finally {
    timer.dispose();
  }
}

async function measureForms(
  backend: GpuBackend,
  shape: LinearShape,
  forms: readonly TileFormName[],
  left: () => number,
): Promise<{ form: TileFormName; ms: number; isCut: boolean }> {
  const timer = new LinearTimer(backend, shape);
  let best: { form: TileFormName; ms: number } = { form: 'registers', ms: Infinity };
  let isCut = false;
  try {
    for (const form of forms) {
      isCut = left() <= 0;
      if (isCut) break;
      const ms = await timeLongEnough(timer, form, ['y', 'dx and dW'], FAR_SLOWER * best.ms);
      if (ms < best.ms) best = { form, ms };
    }
  } finally {
    timer.dispose();
  }
  return { ...best, isCut };
}

/** Milliseconds of products one after the other: the least of some runs; of the first alone, if that is already far too slow. */
async function timeLongEnough(
  timer: LinearTimer,
  form: TileFormName,
  products: readonly ('y' | 'dx and dW')[],
  tooSlowMs = Infinity,
): Promise<number> {
  const run = async (times: number) => {
    let sum = 0;
    for (const product of products) sum += await timer.time(form, product, times);
    return Math.max(sum, 1e-3); // a coarse clock may say 0
  };
  const first = await run(1); // a device that was idle is slow at first
  if (first > Math.max(RUN_MS, tooSlowMs)) return first;
  const times = Math.min(MOST_TIMES, Math.ceil(RUN_MS / first));
  const second = await run(times);
  return Math.min(second, await run(Math.min(MOST_TIMES, Math.ceil(RUN_MS / second))));
}
