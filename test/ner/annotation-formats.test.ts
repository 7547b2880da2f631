import { describe, expect, test } from 'vitest';
import { formatAnnotationColumns, formatAnnotationJson } from '../../src/ner/annotation-formats';

const text = 'Müller 🙂\r\n\r\nin Rom';
const words = [
  { start: 0, end: 6, tag: 'B-PER' },
  { start: 7, end: 9, tag: 'O' },
  { start: 13, end: 15, tag: 'O' },
  { start: 16, end: 19, tag: 'B-LOC' },
];

describe('an annotated text', () => {
  test('is written as JSON with the words of each entity', () => {
    const entities = [{ start: 16, end: 19, label: 'LOC', confidence: 0.987654321 }];
    expect(JSON.parse(formatAnnotationJson(text, entities))).toEqual({
      text,
      entities: [{ start: 16, end: 19, label: 'LOC', text: 'Rom', confidence: 0.9877 }],
    });
  });

  test('is written as JSON with the words that could not be read, where there are any', () => {
    const written = formatAnnotationJson(text, [], [{ start: 7, end: 9 }]);
    expect(JSON.parse(written)).toEqual({
      text,
      entities: [],
      unreadable: [{ start: 7, end: 9, text: '🙂' }],
    });
    expect(formatAnnotationJson(text, [])).not.toContain('unreadable');
  });

  test('is written as columns, one sentence a line of the text', () => {
    expect(formatAnnotationColumns(text, words)).toBe(
      'Müller\tB-PER\n🙂\tO\n\nin\tO\nRom\tB-LOC\n\n',
    );
  });

  test('without a word is an empty file', () => {
    expect(formatAnnotationColumns(' \n', [])).toBe('');
  });
});
