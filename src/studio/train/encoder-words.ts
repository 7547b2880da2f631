import { encoderBytes } from '../../storage/encoder-parts';
import { countAllBytes, countFetchedBytes, partsFor } from '../../recipe/bundled-encoders';
import { countOf, formatBytes, joinWords } from '../parts/quantities';
import type { EncoderOffer } from './encoder-offer';

/** Describes an encoder by what a person chooses it for: `about 100 languages, cased; 8 layers, hidden size 384`. */
export function describeOffer({ bundled, isCased, layers, hidden }: EncoderOffer): string {
  const kind = [bundled?.languages, isCased ? 'cased' : 'uncased'].filter(Boolean).join(', ');
  return `${kind}; ${countOf(layers, 'layer')}, hidden size ${hidden}`;
}

/** Tells what is stored of an encoder, or what has to be fetched for a text in these scripts. */
export function describeFetch(
  { stored, bundled }: EncoderOffer,
  scripts: Iterable<string> = [],
): string {
  if (stored) {
    const here = stored.wordShards?.stored;
    const missing = (bundled && here ? partsFor(bundled, scripts) : [])
      .filter(({ name }) => !(name in here!))
      .reduce((sum, { bytes }) => sum + bytes, 0);
    const more = missing === 0 ? '' : `, ${formatBytes(missing)} to download`;
    return `${formatBytes(encoderBytes(stored))} stored here${more}`;
  }
  if (!bundled) return '';
  return `${formatBytes(countFetchedBytes(bundled, scripts))} to download`;
}

/** Tells what else belongs to the chosen encoder: its licence, what its files hold besides, and what is fetched for other scripts later. */
export function describeDetails({ stored, bundled }: EncoderOffer): string {
  const licence = stored?.licence ?? bundled?.licence;
  const added = bundled ? 0 : (stored?.addedPieceCount ?? 0); // ours has <mask> beside its vocabulary, which is no news
  const details = [
    ...(licence === undefined ? [] : [`Licence ${licence}`]),
    ...(added > 0 ? [countOf(added, 'added word piece')] : []),
    ...(stored?.leftOut ? [`not used from its file: ${joinWords(stored.leftOut)}`] : []),
  ];
  const parts = bundled && bundled.parts.length > 0 ? [describeParts(bundled)] : [];
  return [...(details.length > 0 ? [`${details.join('; ')}.`] : []), ...parts].join(' ');
}

function describeParts(bundled: NonNullable<EncoderOffer['bundled']>): string {
  return `The word pieces of other scripts are downloaded when a corpus has them; all of it is ${formatBytes(countAllBytes(bundled))}.`;
}
