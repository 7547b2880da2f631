import type { CorpusWords } from '../../protocol/corpus-reading';
import type { RunEstimate } from '../../protocol/train-calls';
import type { TrainRecipe } from '../../recipe/recipe';
import { joinWords, roughDuration } from '../parts/quantities';
import type { EncoderOffer } from './encoder-offer';

/** A proposal of the encoder that suits a corpus. */
export interface EncoderAdvice {
  offer: EncoderOffer;
  /** Reasons for the person, one to three short sentences. */
  why: string;
}

/** Time of a run that was measured on this computer. */
export interface MeasuredTime {
  offer: EncoderOffer;
  /** Layers of it that the run uses. */
  layers: number;
  seconds: number;
}

/** Takes the time of a run that was measured; undefined before it was. */
export function measuredTime(
  offer: EncoderOffer,
  { layers = offer.layers }: Pick<TrainRecipe, 'layers'>,
  estimate: RunEstimate | undefined,
): MeasuredTime | undefined {
  const seconds = estimate?.time?.seconds;
  return seconds === undefined ? undefined : { offer, layers, seconds };
}

/** Share of words that a tokenizer may not know whole. */
const MOST_UNKNOWN = 0.01;
/** Pieces of a word beside those of the tokenizer that cuts the fewest. */
const MOST_CUT = 1.25;
/** Difference of the shares of capitals, inside entities and outside, from which on they tell entities. */
const TELLING = 0.3;
/** Time beside another encoder's that is worth a word. */
const SLOWER = 1.5;

/**
 * Recommends the encoder that suits a corpus: the one with the fewest faults for it, among equals the first.
 *
 * @param offers at least one, in the order of preference
 * @param measured a run's time with one of them, by which the others' are told
 */
export function recommendEncoder(
  offers: readonly EncoderOffer[],
  words: CorpusWords,
  measured?: MeasuredTime,
): EncoderAdvice {
  const [best, ...others] = offers
    .map((offer) => ({ offer, faults: faultsOf(offer, words) }))
    .sort((a, b) => a.faults.length - b.faults.length);
  const { offer, faults } = best!;
  const worse = others.filter((other) => other.faults.length > faults.length);
  const sentences = [
    describeWords(words),
    compareWith(worse[0], others.length),
    describeTime(offer, others, words, measured),
  ];
  return { offer, why: sentences.filter((each) => each !== '').join(' ') };
}

/** Expects the time of a run with an encoder, from one that was measured: as many times as long as it has more to multiply. */
export function expectSeconds(
  offer: EncoderOffer,
  words: CorpusWords,
  measured: MeasuredTime,
): number {
  const { layers, seconds } = measured;
  return seconds * compareWork(offer, { ...measured.offer, layers }, words);
}

/** Describes what the corpus is seen to be: `The text looks German, and 96 % of its entities’ words begin with a capital.` */
function describeWords({ language, scripts, capitals, words }: CorpusWords): string {
  const [script, ofScript = 0] = Object.entries(scripts)[0] ?? [];
  const looks =
    language !== undefined
      ? `The text looks ${language.name}`
      : script === undefined || script === 'Other' || ofScript < words / 2
        ? 'The text’s language is not known here'
        : `The text is in ${script} letters`;
  if (!capitals || !isTelling(capitals)) return `${looks}.`;
  return `${looks}, and ${Math.round(100 * capitals.entities)} % of its entities’ words begin with a capital.`;
}

/** Tells what speaks against the best of the worse ones, or that there is none; empty where the encoder is the only one. */
function compareWith(
  worse: { offer: EncoderOffer; faults: string[] } | undefined,
  others: number,
): string {
  if (worse) return `${worse.offer.name} ${joinWords(worse.faults)}.`;
  return others === 0 ? '' : 'No other encoder here suits it better.';
}

/** Finds what speaks against an encoder, each as the end of a sentence that begins with its name: `was trained on English alone`. */
function faultsOf(offer: EncoderOffer, words: CorpusWords): string[] {
  const { language, scripts, capitals } = words;
  const fit = fitOf(offer, words);
  const faults: string[] = [];
  const codes = offer.bundled?.languageCodes;
  const isForeign = language
    ? codes !== undefined && !codes.includes(language.code)
    : codes !== undefined && (Object.keys(scripts)[0] ?? 'Latin') !== 'Latin';
  if (isForeign) faults.push(`was trained on ${offer.bundled!.languages} alone`);
  if (capitals && isTelling(capitals) && !offer.isCased) faults.push('does not see capitals');
  if (fit && fit.unknownShare > MOST_UNKNOWN) {
    faults.push(`does not know ${Math.round(100 * fit.unknownShare)} % of the words`);
  }
  const least = Math.min(...words.fits.map(({ piecesPerWord }) => piecesPerWord));
  if (fit && fit.piecesPerWord > MOST_CUT * least) {
    faults.push(
      `cuts a word into ${fit.piecesPerWord.toFixed(1)} pieces on average, another encoder here into ${least.toFixed(1)}`,
    );
  }
  return faults;
}

/** Tells where an encoder takes much longer than the quickest of the others; empty where it does not. */
function describeTime(
  offer: EncoderOffer,
  others: readonly { offer: EncoderOffer }[],
  words: CorpusWords,
  measured: MeasuredTime | undefined,
): string {
  const [quickest] = others
    .map((other) => other.offer)
    .sort((a, b) => productsOf(a) - productsOf(b));
  if (!quickest) return '';
  const ratio = compareWork(offer, quickest, words);
  if (ratio < SLOWER) return '';
  const times = `A run takes about ${Number(ratio.toPrecision(2))} times as long as with ${quickest.name}`;
  if (!measured) return `${times}.`;
  const [own, other] = [offer, quickest].map((each) =>
    roughDuration(expectSeconds(each, words, measured)),
  );
  return `${times}: ${own} here, not ${other}.`;
}

/** Gives the work of an encoder for a word over that of another, by the pieces of each where both tokenizers are at hand. */
function compareWork(offer: EncoderOffer, other: EncoderOffer, words: CorpusWords): number {
  const ratio = productsOf(offer) / productsOf(other);
  const [own, others] = [offer, other].map((each) => fitOf(each, words)?.piecesPerWord);
  return own !== undefined && others !== undefined ? (ratio * own) / others : ratio;
}

/** Counts the products of a piece in all layers, but for a factor: BERT's feed-forward layers are four times as wide. */
function productsOf({ layers, hidden }: EncoderOffer): number {
  return layers * hidden * hidden;
}

function fitOf(offer: EncoderOffer, { fits }: CorpusWords) {
  return fits.find(({ encoderId }) => encoderId === offer.id);
}

function isTelling({ entities, others }: NonNullable<CorpusWords['capitals']>): boolean {
  return entities - others >= TELLING;
}
