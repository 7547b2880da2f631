import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { segmentText, segmentWords } from '../../../src/ui/parts/text-segments';

const entity = (start: number, end: number, label = 'PER') => ({
  start,
  end,
  label,
  confidence: 1,
});

describe('segmentText', () => {
  test('cuts at entities and keeps every character', () => {
    const text = 'Ada wrote to Babbage.';
    expect(segmentText(text, [entity(0, 3), entity(13, 20)])).toEqual([
      { text: 'Ada', start: 0, entity: entity(0, 3) },
      { text: ' wrote to ', start: 3 },
      { text: 'Babbage', start: 13, entity: entity(13, 20) },
      { text: '.', start: 20 },
    ]);
  });

  test('counts UTF-16 code units, so emoji and combining marks stay whole', () => {
    const text = '👩‍🚀 Zoe\u0308 🇮🇪';
    const start = text.indexOf('Zoe');
    const marked = segmentText(text, [entity(start, start + 4)]).find((segment) => segment.entity);
    expect(marked?.text).toBe('Zoe\u0308');
  });

  test('leaves out what lies behind the text and cuts what reaches beyond it', () => {
    const segments = segmentText('Cork', [entity(2, 9), entity(9, 12)]);
    expect(segments.map(({ text }) => text)).toEqual(['Co', 'rk']);
  });

  test('joined, the segments are the text, whatever the entities', () => {
    const spans = fc.array(fc.tuple(fc.nat(30), fc.nat(8)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 24 }), spans, (text, places) => {
        const entities = places
          .map(([start, length]) => entity(start, start + length + 1))
          .sort((a, b) => a.start - b.start);
        const segments = segmentText(text, entities);
        expect(segments.map((segment) => segment.text).join('')).toBe(text);
        let position = 0;
        for (const segment of segments) {
          expect(segment.start).toBe(position);
          position += segment.text.length;
        }
      }),
    );
  });
});

describe('segmentWords', () => {
  const read = (words: string[], ...spans: [number, number][]) =>
    segmentWords(
      words,
      spans.map(([start, end]) => ({ start, end, label: 'PER' })),
    )
      .map(({ gap, text, entity: span }) => gap + (span ? `[${text}]` : text))
      .join('');

  test('spaces words as print does', () => {
    const words = ['Ada', 'Lovelace', ',', 'who', 'did', "n't", '(', 'yet', ')', 'agree', '.'];
    expect(read(words, [0, 2])).toBe("[Ada Lovelace], who didn't (yet) agree.");
  });

  test('marks entities that touch', () => {
    expect(read(['Cork', 'Trinity', "'s", 'team'], [0, 1], [1, 3])).toBe("[Cork] [Trinity's] team");
  });

  test('cuts stretches where matched words begin and end', () => {
    const words = ['Ada', 'Lovelace', ',', 'who'];
    const segments = segmentWords(
      words,
      [{ start: 0, end: 2, label: 'PER' }],
      [{ start: 1, end: 3 }],
    );
    expect(segments.map(({ parts }) => parts)).toEqual([
      [
        { text: 'Ada ', isMatched: false },
        { text: 'Lovelace', isMatched: true },
      ],
      [
        { text: ',', isMatched: true },
        { text: ' who', isMatched: false },
      ],
    ]);
  });

  test('begins and ends with an entity', () => {
    expect(read(['Ada'], [0, 1])).toBe('[Ada]');
    expect(read([])).toBe('');
  });
});
