import type { MemoryBudget, RunEstimate } from '../../protocol/train-calls';
import { countOf, formatBytes, roughDuration } from '../parts/quantities';

/** Describes the cost of a run in sentences: time, memory, storage, and whether it fits. */
export function describeCost(epochs: number, estimate: RunEstimate): string {
  const { memoryBytes, memoryBudget, storageBytes } = estimate;
  const room = `${formatBytes(memoryBytes)} of memory and at most ${formatBytes(storageBytes)} of storage`;
  const cost = `${describeTime(epochs, estimate)} ${room}.`;
  if (memoryBytes > memoryBudget.bytes)
    return `${cost} It does not fit: ${describeShortage(estimate)}`;
  const { roomBytes, storageFreeBytes } = estimate;
  if (storageFreeBytes < roomBytes)
    return `${cost} It does not fit: the browser grants ${formatBytes(storageFreeBytes)} more, and one checkpoint and the best epoch need ${formatBytes(roomBytes)}. Delete runs or models you no longer need.`;
  return `${cost} ${describeFit(memoryBudget)} ${describeStorage(estimate)}`;
}

/**
 * Tells what layers cost, from measured times of one run by the number of layers it would use, 0 for all: `All 8 would take 4 minutes, these
 * take 2 minutes.`; empty before all and another number of them were measured.
 */
export function describeLayerTimes(
  seconds: Readonly<Record<number, number>>,
  used: number,
  all: number,
): string {
  const [ofAll, ofUsed] = [seconds[0], seconds[used]];
  if (used === all || ofAll === undefined || ofUsed === undefined) return '';
  return `All ${all} would take ${roughDuration(ofAll)}, these take ${roughDuration(ofUsed)}.`;
}

/** Tells what the browser claims about storage, and what will be tried, for a disk may have less than a browser claims. */
function describeStorage({ roomBytes, storageBytes, storageFreeBytes }: RunEstimate): string {
  const free = formatBytes(storageFreeBytes);
  const least = formatBytes(roomBytes);
  const trial = `before the first step, room for one checkpoint and the best epoch (${least}) is written to make sure`;
  if (!Number.isFinite(storageFreeBytes))
    return `This browser does not say how much storage is free: ${trial}.`;
  const yields =
    storageFreeBytes < storageBytes ? ' Older checkpoints give way to newer ones.' : '';
  return `The browser says that ${free} of storage are free; ${trial}.${yields}`;
}

function describeTime(epochs: number, { time }: RunEstimate): string {
  const count = countOf(epochs, 'epoch');
  if (!time) return `${count} would take`;
  const all = `about ${roughDuration(time.seconds)} here`;
  if (epochs === 1) return `${count} takes ${all},`;
  return `${count} take ${all} (${roughDuration(time.secondsPerEpoch)} each),`;
}

function describeFit({ bytes, from }: MemoryBudget): string {
  const room = formatBytes(bytes);
  switch (from) {
    case 'heap':
    case 'phone':
      return 'It fits into memory.';
    case 'stated':
      return `It fits into the ${room} that you grant it.`;
    case 'ran-out':
      return `It should fit: this GPU ran out of memory before, but not with ${room}.`;
    case 'assumed':
      return `It should fit: a browser does not tell how much memory a GPU has, so ${room} are assumed.`;
  }
}

/** Names the limit that the run exceeds, and the way out. */
function describeShortage({ memoryBytes, modelBytes, memoryBudget }: RunEstimate): string {
  const { bytes, from } = memoryBudget;
  const room = formatBytes(bytes);
  const limits: Record<MemoryBudget['from'], string> = {
    heap: `a tab holds ${room} at most`,
    phone: `a phone gives a tab about ${room}`,
    stated: `you grant it ${room}`,
    'ran-out': `this GPU ran out of memory before, so ${room} are tried at most`,
    assumed: `a browser does not tell how much memory a GPU has, and ${room} are assumed`,
  };
  const wayOut =
    modelBytes > bytes
      ? `Weights, gradients and optimizer state alone take ${formatBytes(modelBytes)}: choose a smaller encoder.`
      : 'Choose a shorter max length or a smaller encoder.';
  const stated = `memory=${Math.ceil(memoryBytes / 1e9)}`;
  const claim =
    from === 'ran-out' || from === 'assumed'
      ? ` If the GPU has more, open this page with ?${stated} at the end of its address.`
      : '';
  return `${limits[from]}. ${wayOut}${claim}`;
}
