import { mixBits } from '../../random/mix-bits';

/**
 * The random numbers of dropout: a hash of where an element stands, so that a mask is the same on any backend, in any micro-batch,
 * under any padding, and after a resume. Counter-based in the sense of Salmon et al. 2011, with MurmurHash3's finaliser as the round.
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
  /** Which dropout of the model: one number for each layer and place. */
  site: number;
}

/** What a kernel that drops is told. */
export interface DropoutAttributes {
  /** 0 drops nothing. */
  rate: number;
  /** Absent where nothing is dropped. */
  place?: DropoutPlace | undefined;
}

/** Mixes the bits of an i32, as the kernels do: MurmurHash3's finaliser, as i32. */
export function mix(hash: number): number {
  return mixBits(hash) | 0;
}

/** The hash one coordinate further; i32. */
export function chain(hash: number, coordinate: number): number {
  return mix(hash ^ Math.imul(coordinate + 1, 0x9e3779b9));
}

/** The part of an element's hash that a whole tensor shares; i32. */
export function siteKey({ seed, step, site }: DropoutPlace): number {
  return chain(chain(mix(seed | 0), step), site);
}

/** Hashes below this, taken as unsigned numbers, are dropped. */
export function dropThreshold(rate: number): number {
  return Math.floor(rate * 2 ** 32);
}

/** The three numbers that kernels drop by: the site's key, the threshold, and 1 / (1 − rate), by which the others grow. */
export function dropoutNumbers({
  rate,
  place,
}: DropoutAttributes): [key: number, threshold: number, keptScale: number] {
  return [place ? siteKey(place) : 0, dropThreshold(rate), 1 / (1 - rate)];
}
