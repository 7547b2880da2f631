import { gpu, hasRelaxedSimd, lockManager, storageManager } from './offered';
import { localSettings } from './settings';

/** Something that this browser lacks. */
export interface Lack {
  /** Name of it, as the beginning of a sentence. */
  what: string;
  /** Consequence for the person, as the sentence's end. */
  cost: string;
}

interface Feature extends Lack {
  isOffered: () => boolean;
}

const features: readonly Feature[] = [
  {
    isOffered: () => gpu() !== undefined,
    what: 'No WebGPU',
    cost: 'training runs on the processor',
  },
  {
    isOffered: hasRelaxedSimd,
    what: 'No relaxed SIMD',
    cost: 'training on the processor takes longer',
  },
  {
    isOffered: () => storageManager()?.estimate !== undefined,
    what: 'Storage cannot be measured',
    cost: 'the page cannot say beforehand whether a run fits',
  },
  {
    isOffered: () => storageManager()?.persist !== undefined,
    what: 'Storage cannot be made to last',
    cost: 'the browser may clear what is stored when the disk fills; keep your model files',
  },
  {
    isOffered: () => lockManager() !== undefined,
    what: 'No Web Locks',
    cost: 'tabs do not know of each other; keep this page open in one tab only',
  },
  {
    isOffered: () => localSettings() !== undefined,
    what: 'Settings cannot be kept',
    cost: 'light or dark and pinned sentences are forgotten when the page is closed',
  },
  {
    isOffered: () => 'webkitGetAsEntry' in DataTransferItem.prototype,
    what: 'Folders cannot be dropped',
    cost: 'choose their files with the button',
  },
];

/** Lists what this browser lacks of all that the page would use, with what each costs. Threads are the training backend's to report. */
export function listLacks(): Lack[] {
  return features.filter(({ isOffered }) => !isOffered()).map(({ what, cost }) => ({ what, cost }));
}
