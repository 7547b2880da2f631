import { expect, test } from 'vitest';
import { asSentence, Failure, tellWhole, wayOutOf } from '../../src/messages/failure';

class Refused extends Failure {
  override readonly name = 'Refused';
}

test('a failure has a way out apart from its message; in one text the way out comes last', () => {
  const error = new Refused('a.conll: the file is empty.', 'Drop another.', { cause: 7 });
  expect(String(error)).toBe('Refused: a.conll: the file is empty.');
  expect(error.cause).toBe(7);
  expect(wayOutOf(error)).toBe('Drop another.');
  expect(tellWhole(error)).toBe('a.conll: the file is empty. Drop another.');
});

test('a message ends before its way out begins', () => {
  expect(tellWhole(new Failure('The GPU has no memory left: 8 GB', 'Close tabs.'))).toBe(
    'The GPU has no memory left: 8 GB. Close tabs.',
  );
  expect(asSentence(' cut short ')).toBe('cut short.');
  expect(asSentence('Cut short…')).toBe('Cut short…');
});

test('what is thrown otherwise has none', () => {
  expect(wayOutOf(new Error('a.conll: empty; drop another.'))).toBe('');
  expect(tellWhole(new Error('a.conll: empty; drop another.'))).toBe(
    'a.conll: empty; drop another.',
  );
  expect(tellWhole('a text')).toBe('a text');
  expect(wayOutOf(Object.assign(new Error('x'), { wayOut: 5 }))).toBe('');
  expect(wayOutOf({ wayOut: 'Drop another.' })).toBe('');
});
