import { mixBits } from '../../random/mix-bits';

/**
 * Coordinates of a dropout in the model and in training, which its random numbers are made from.
 *
 * A random number is a hash of where an element stands, so that a mask is the same on any backend, in any micro-batch, and after a resume. It is
 * counter-based in the sense of Salmon et al. 2011, with MurmurHash3's finaliser as the round:
 *
 *   mix(h)        = MurmurHash3's 32-bit finaliser
 *   chain(h, i)   = mix(h ^ ((i + 1) · 0x9e3779b9))
 *   siteKey       = chain(chain(mix(seed), step), site)
 *   element       = chain(chain(chain(chain(siteKey, row), group), line), column)
 *
 * `row` is the sentence's row in the effective batch. Hidden states have (group, line, column) = (0, piece, column); attention weights
 * (head, query piece, key piece). An element is dropped where its hash, as an unsigned number, is below rate · 2³².
 */
export interface DropoutPlace {
  seed: number;
  /** The optimiser step, from 0. */
  step: number;
  /** Number of the dropout in the model: each layer and place has its own. */
  site: number;
}

/** Attributes of a kernel that drops. */
export interface DropoutAttributes {
  /** Share of elements that are dropped; 0 drops nothing. */
  rate: number;
  /** Coordinates of the dropout; absent where nothing is dropped. */
  place?: DropoutPlace | undefined;
}

/** Mixes the bits of an i32, as the kernels do: MurmurHash3's finaliser, as i32. */
export function mix(hash: number): number {
  return mixBits(hash) | 0;
}

/** Hashes one coordinate more; i32. */
export function chain(hash: number, coordinate: number): number {
  return mix(hash ^ Math.imul(coordinate + 1, 0x9e3779b9));
}

/** Computes the part of an element's hash that a whole tensor shares; i32. */
export function siteKey({ seed, step, site }: DropoutPlace): number {
  return chain(chain(mix(seed | 0), step), site);
}

/** Computes the threshold below which a hash, taken as an unsigned number, drops its element. */
export function dropThreshold(rate: number): number {
  return Math.floor(rate * 2 ** 32);
}

/** Computes the three numbers that kernels drop by: the site's key, the threshold, and 1 / (1 − rate), the factor of elements that are kept. */
export function dropoutNumbers({
  rate,
  place,
}: DropoutAttributes): [key: number, threshold: number, keptScale: number] {
  return [place ? siteKey(place) : 0, dropThreshold(rate), 1 / (1 - rate)];
}
