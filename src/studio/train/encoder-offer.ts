import { BUNDLED_ENCODERS, type BundledEncoder } from '../../recipe/bundled-encoders';
import type { EncoderTraits } from '../../recipe/presets';
import type { EncoderId, EncoderRecord } from '../../storage/records';
import { bundledOrigin } from './bundled-encoder';

/** An encoder that a run can begin from: one that is stored here, or one that comes with the page and is fetched first. */
export interface EncoderOffer extends EncoderTraits {
  /** Id of the stored encoder, or what `bundledId` makes of the name. */
  id: EncoderId;
  name: string;
  isCased: boolean;
  /** Record in this browser's storage; absent until it was fetched. */
  stored?: EncoderRecord;
  /** Facts of one that comes with the page; absent in a folder of the person's. */
  bundled?: BundledEncoder;
}

const PREFIX = 'bundled:';

/** Makes the id under which a bundled encoder is chosen before it is stored. */
export function bundledId(name: string): string {
  return `${PREFIX}${name}`;
}

/** Reads the name in such an id; undefined where it is the id of a stored encoder. */
export function bundledNameIn(id: string | undefined): string | undefined {
  return id?.startsWith(PREFIX) ? id.slice(PREFIX.length) : undefined;
}

/** Lists what can be chosen: the encoders that come with the page, then the person's own in the order of the list. */
export function offersOf(list: readonly EncoderRecord[]): EncoderOffer[] {
  const ofPage = BUNDLED_ENCODERS.map((bundled): EncoderOffer => {
    const stored = list.find((each) => bundledOrigin(each) === bundled);
    if (stored) return offerOf(stored);
    const { name, layers, hidden, isCased } = bundled;
    return { id: bundledId(name), name, layers, hidden, isCased, bundledAs: name, bundled };
  });
  const taken = new Set(ofPage.map(({ id }) => id));
  const own = list.filter(({ id }) => !taken.has(id)).map(offerOf);
  return [...ofPage, ...own];
}

/** Makes the offer of a stored encoder. */
export function offerOf(stored: EncoderRecord): EncoderOffer {
  const bundled = bundledOrigin(stored);
  const { id, name, lowercase, config } = stored;
  const { layers, hidden } = config;
  return {
    ...{ id, name, layers, hidden, isCased: !lowercase, stored },
    ...(bundled ? { bundled, bundledAs: bundled.name } : {}),
  };
}
