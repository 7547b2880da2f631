import type uPlot from 'uplot';
import type { RunCurve } from '../../studio/train/live-run.svelte';
import { formatScore } from '../../studio/parts/quantities';

/** Steps that the running mean remembers: enough to smooth the noise of batches. */
const MEMORY_STEPS = 12;

/** Distances between marks of the x axis: whole steps. */
const wholeSteps = [1, 2, 5]
  .flatMap((digit) => [1, 10, 100, 1000, 10_000, 100_000].map((power) => digit * power))
  .sort((a, b) => a - b);

/** Gives [step, loss, running mean, entity F1 at the end of each epoch] as aligned columns; the x axis reaches to the run's last step. */
export function chartData(curve: RunCurve): uPlot.AlignedData {
  const count = curve.losses.length;
  const length = Math.max(count, curve.steps);
  const steps = Array.from({ length }, (_, index) => index + 1);
  const losses: (number | null)[] = new Array<null>(length).fill(null);
  const means: (number | null)[] = new Array<null>(length).fill(null);
  const scores: (number | null)[] = new Array<null>(length).fill(null);
  const keep = 1 - 1 / MEMORY_STEPS;
  let weighted = 0;
  let weight = 0;
  for (let index = 0; index < count; index += 1) {
    const loss = curve.losses[index] ?? 0;
    weighted = keep * weighted + loss;
    weight = keep * weight + 1;
    losses[index] = loss;
    means[index] = weighted / weight;
  }
  for (const { step, f1 } of curve.points) if (step >= 1 && step <= length) scores[step - 1] = f1;
  return [steps, losses, means, scores];
}

/** Makes the options of a quiet chart without cursor or legend. Its colours are read when it is drawn, so it follows the theme. */
export function chartOptions(width: number, element: Element): uPlot.Options {
  const colour = (name: string) => () => resolveColour(element, name);
  const font = '12px "IBM Plex Sans", system-ui, sans-serif';
  const axis = {
    stroke: colour('--muted'),
    font,
    ticks: { show: false },
    gap: 8,
  };
  return {
    width,
    height: 210,
    padding: [14, 0, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: false },
      y: { range: (_, __, max) => [0, max * 1.04 || 1] },
      f1: { range: [0, 1] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 28, incrs: wholeSteps },
      { ...axis, grid: { stroke: colour('--rule'), width: 1 }, size: 40 },
      { ...axis, scale: 'f1', side: 1, grid: { show: false }, size: 36, splits: [0, 0.5, 1] },
    ],
    series: [
      {},
      { stroke: colour('--faint'), width: 1, points: { show: false } },
      { stroke: colour('--ink'), width: 1.8, points: { show: false } },
      {
        scale: 'f1',
        stroke: colour('--ink'),
        paths: () => null,
        points: { show: true, size: 9, width: 1.8, fill: colour('--paper') },
      },
    ],
    hooks: { draw: [(plot) => writeScores(plot, font, resolveColour(element, '--ink'))] },
  };
}

/** Writes each score beside its point: three digits say more than a height on an axis. */
function writeScores(plot: uPlot, font: string, ink: string): void {
  const { ctx } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = font.replace('12px', `${12 * ratio}px`);
  ctx.fillStyle = ink;
  ctx.textAlign = 'center';
  const rightEdge = plot.bbox.left + plot.bbox.width - 20 * ratio;
  plot.data[3]?.forEach((score, index) => {
    if (score == null) return;
    const x = plot.valToPos(index + 1, 'x', true);
    const y = plot.valToPos(score, 'f1', true);
    const above = y > 34 * ratio;
    ctx.fillText(formatScore(score), Math.min(x, rightEdge), y + (above ? -10 : 20) * ratio);
  });
  ctx.restore();
}

/** Resolves a custom property to a colour that a canvas understands: `light-dark()` resolves only in a real property. */
function resolveColour(element: Element, name: string): string {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  probe.hidden = true;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
