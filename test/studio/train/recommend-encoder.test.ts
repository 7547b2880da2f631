import { describe, expect, test } from 'vitest';
import type { CorpusWords } from '../../../src/protocol/corpus-reading';
import { offersOf, type EncoderOffer } from '../../../src/studio/train/encoder-offer';
import { expectSeconds, recommendEncoder } from '../../../src/studio/train/recommend-encoder';

const multilingual = offersOf([])[0]!;
/** An encoder of one language that does not see capitals, as one that came with the page before. */
const miniLm: EncoderOffer = {
  ...{ id: 'minilm', name: 'minilm-l6', layers: 6, hidden: 384, isCased: false },
  bundled: {
    ...{ name: 'minilm-l6', languages: 'English', languageCodes: ['en'] },
    ...{ layers: 6, hidden: 384, isCased: false, licence: 'Apache-2.0', bytes: 1, parts: [] },
  },
};
const german: CorpusWords = {
  ...{ words: 5000, scripts: { Latin: 5000 }, fits: [] },
  language: { code: 'de', name: 'German' },
  capitals: { entities: 0.96, others: 0.35 },
};
const english: CorpusWords = {
  ...german,
  language: { code: 'en', name: 'English' },
  capitals: { entities: 0.93, others: 0.05 },
};
/** An encoder of the person's. */
const own: EncoderOffer = {
  ...{ id: 'own', name: 'bert-base-german-cased', layers: 12, hidden: 768, isCased: true },
};

describe('the encoder that suits a corpus', () => {
  test('is for German the one that was trained on it and sees capitals', () => {
    for (const offers of [
      [multilingual, miniLm],
      [miniLm, multilingual],
    ]) {
      const { offer, why } = recommendEncoder(offers, german);
      expect(offer).toBe(multilingual);
      expect(why).toBe(
        'The text looks German, and 96 % of its entities’ words begin with a capital. minilm-l6 was trained on English alone and does not see capitals.',
      );
    }
  });

  test('is for English with capitals the one that sees them', () => {
    const { offer, why } = recommendEncoder([miniLm, multilingual], english);
    expect(offer).toBe(multilingual);
    expect(why).toMatch(/looks English.*minilm-l6 does not see capitals\.$/);
  });

  test('is the first where nothing speaks against any', () => {
    const typed = { ...english, capitals: { entities: 0.4, others: 0.2 } };
    for (const offers of [
      [multilingual, miniLm],
      [miniLm, multilingual],
    ]) {
      const { offer, why } = recommendEncoder(offers, typed);
      expect(offer).toBe(offers[0]);
      expect(why).toBe('The text looks English. No other encoder here suits it better.');
    }
  });

  test('is told by the script where no language is', () => {
    const thai: CorpusWords = { words: 100, scripts: { Thai: 90, Latin: 20 }, fits: [] };
    expect(recommendEncoder([miniLm, multilingual], thai)).toEqual({
      offer: multilingual,
      why: 'The text is in Thai letters. minilm-l6 was trained on English alone.',
    });
    const none: CorpusWords = { words: 0, scripts: {}, fits: [] };
    expect(recommendEncoder([multilingual], none).why).toMatch(/^The text’s language is not known/);
  });

  test('is one’s own where its tokenizer cuts clearly fewer pieces, with what it costs', () => {
    const fits = [
      { encoderId: multilingual.id, piecesPerWord: 1.52, unknownShare: 0 },
      { encoderId: 'own', piecesPerWord: 1.15, unknownShare: 0 },
    ];
    const { offer, why } = recommendEncoder([multilingual, miniLm, own], { ...german, fits });
    expect(offer).toBe(own);
    expect(why).toMatch(
      /multilingual-e5-small-8 cuts a word into 1\.5 pieces on average, another encoder here into 1\.1\. A run takes about 8 times as long as with minilm-l6\.$/,
    );
    const measured = { offer: multilingual, layers: 8, seconds: 60 };
    expect(recommendEncoder([multilingual, own], { ...german, fits }, measured).why).toMatch(
      /times as long as with multilingual-e5-small-8: 5 minutes here, not 1 minute\.$/,
    );
  });

  test('is not one that does not know the words', () => {
    const fits = [{ encoderId: 'own', piecesPerWord: 1, unknownShare: 0.2 }];
    const { offer, why } = recommendEncoder([own, multilingual], { ...german, fits });
    expect(offer).toBe(multilingual);
    expect(why).toContain('bert-base-german-cased does not know 20 % of the words.');
  });
});

test('time follows from layers, width and pieces of a measured run', () => {
  const fits = [
    { encoderId: multilingual.id, piecesPerWord: 1.5, unknownShare: 0 },
    { encoderId: 'own', piecesPerWord: 1.5, unknownShare: 0 },
  ];
  const words = { ...german, fits };
  // Half of the layers were used when it was measured; twelve layers twice as wide do twelve times the work of four.
  const measured = { offer: multilingual, layers: 4, seconds: 10 };
  expect(expectSeconds(multilingual, words, measured)).toBeCloseTo(20, 9);
  expect(expectSeconds(own, words, measured)).toBeCloseTo(120, 9);
  // Pieces count where both tokenizers are at hand.
  const [ofMultilingual] = fits;
  const fewer = { ...german, fits: [ofMultilingual!, { ...fits[1]!, piecesPerWord: 0.75 }] };
  expect(expectSeconds(own, fewer, measured)).toBeCloseTo(60, 9);
  expect(expectSeconds(own, { ...german, fits: [ofMultilingual!] }, measured)).toBeCloseTo(120, 9);
});
