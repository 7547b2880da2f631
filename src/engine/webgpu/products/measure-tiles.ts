import { LinearTimer } from './linear-timer';
import { planLinear, planLinearGradient, type LinearShape } from './linear';
import type { GpuDevice } from '../device/gpu-device';
import {
  REGISTERS_ONLY,
  SHAPE_CLASSES,
  TILE_FORM_NAMES,
  type ShapeClass,
  type TileChoice,
  type TileFormName,
} from '../device/tile-choice';

export interface TileMeasurement {
  choice: TileChoice;
  /** Whether every form was tried; where time ran out, another start may find a better one. */
  isComplete: boolean;
  elapsedMs: number;
}

export interface MeasureOptions {
  /** Milliseconds for everything, compiling included. */
  budgetMs?: number;
  /** GFLOPS, in registers, below which an adapter is taken for a processor, which has no workgroup memory of its own. */
  slowestGpu?: number;
}

/** Shapes that stand for each class: a classifier of 12 tags, and layers of a MiniLM over 8 × 64 and 32 × 64 pieces. */
const MEASURED_SHAPES: Record<ShapeClass, LinearShape> = {
  thin: { rows: 512, inner: 384, columns: 12, parts: 1 },
  small: { rows: 512, inner: 384, columns: 384, parts: 1 },
  middle: { rows: 512, inner: 384, columns: 1536, parts: 1 },
  large: { rows: 2048, inner: 384, columns: 1536, parts: 1 },
};
const PROBE_SHAPE: LinearShape = { rows: 256, inner: 256, columns: 256, parts: 1 };

/** Milliseconds of a run, where the device is fast: long enough for a clock of 0.1 ms. */
const RUN_MS = 2;
const MOST_TIMES = 100;
/** Factor to the best form's time from which a form that also takes longer than `RUN_MS` is measured no further. */
const FAR_SLOWER = 3;
/** Share of the budget in which forms are compiled. */
const COMPILING = 0.6;
/** Runs of each form, from which the time that a class takes is estimated. */
const RUNS = 3;

/**
 * Finds out which form of products this device runs fastest for each class of shapes. It runs a layer forward and backward, and begins with the
 * classes of the least arithmetic. A class for which no time is left takes the form of the next smaller one.
 *
 * The kernels that it compiles stay in the device's cache, and training runs them. It does not change `GpuDevice.tiles`; the caller does.
 */
export async function measureTiles(
  gpu: GpuDevice,
  { budgetMs = 500, slowestGpu = 10 }: MeasureOptions = {},
): Promise<TileMeasurement> {
  const started = performance.now();
  const left = () => started + budgetMs - performance.now();
  const finish = (choice: TileChoice, isComplete: boolean): TileMeasurement => ({
    ...{ choice, isComplete },
    elapsedMs: performance.now() - started,
  });

  const { kernel } = planLinear('registers', PROBE_SHAPE);
  if (!(await isDoneWithin(COMPILING * budgetMs, gpu.pipelines.prepare([kernel]))))
    return finish(REGISTERS_ONLY, false);
  let operationsPerMs = await probe(gpu);
  if (operationsPerMs < slowestGpu * 1e6) return finish(REGISTERS_ONLY, true);

  const forms = await prepareForms(gpu, left() - (1 - COMPILING) * budgetMs);
  const choice = { ...REGISTERS_ONLY };
  let usual: TileFormName = 'registers';
  let isCut = forms.length < TILE_FORM_NAMES.length;
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
    const measured = await measureForms(gpu, shape, forms, left);
    choice[shapeClass] = measured.form;
    if (shapeClass !== 'thin') usual = measured.form;
    isCut ||= measured.isCut;
    operationsPerMs = Math.max(operationsPerMs, operations / measured.ms);
  }
  return finish(choice, !isCut);
}

/** Measures a layer forward and backward, in the form that is in use for its shape. @returns milliseconds */
export async function timeProducts(
  gpu: GpuDevice,
  precision: 'f32' | 'f16',
  shapeClass: ShapeClass = 'large',
): Promise<number> {
  const timer = new LinearTimer(gpu, MEASURED_SHAPES[shapeClass], precision === 'f16');
  try {
    return await timeLongEnough(timer, gpu.tiles[shapeClass], ['y', 'dx and dW']);
  } finally {
    timer.dispose();
  }
}

/** Compiles the kernels of linear layers in each form. @returns the forms that are ready within so many milliseconds */
async function prepareForms(gpu: GpuDevice, patienceMs: number): Promise<TileFormName[]> {
  const ready = new Set<TileFormName>();
  const compiling = TILE_FORM_NAMES.map(async (form) => {
    const [forward, gradient] = [
      planLinear(form, PROBE_SHAPE),
      planLinearGradient(form, PROBE_SHAPE),
    ];
    await gpu.pipelines.prepare([forward.kernel, gradient.kernel]);
    ready.add(form);
  });
  await isDoneWithin(patienceMs, Promise.all(compiling));
  return TILE_FORM_NAMES.filter((form) => ready.has(form));
}

function isDoneWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => setTimeout(resolve, Math.max(0, ms), false));
  return Promise.race([work.then(() => true), timeout]);
}

/** Measures how many operations the device does in a millisecond, by the form `registers`. */
async function probe(gpu: GpuDevice): Promise<number> {
  const timer = new LinearTimer(gpu, PROBE_SHAPE);
  try {
    const { rows, inner, columns } = PROBE_SHAPE;
    const ms = await timeLongEnough(timer, 'registers', ['y']);
    return (2 * rows * inner * columns) / ms;
  } finally {
    timer.dispose();
  }
}

async function measureForms(
  gpu: GpuDevice,
  shape: LinearShape,
  forms: readonly TileFormName[],
  left: () => number,
): Promise<{ form: TileFormName; ms: number; isCut: boolean }> {
  const timer = new LinearTimer(gpu, shape);
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

/** Measures products one after the other. @returns the least milliseconds of some runs, or those of the first where it is far too slow */
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
