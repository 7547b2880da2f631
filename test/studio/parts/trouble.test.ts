import { describe, expect, test } from 'vitest';
import { Failure } from '../../../src/messages/failure';
import { DivergenceError } from '../../../src/train/divergence-error';
import { describeTrouble, describeWhole } from '../../../src/studio/parts/trouble';

/** An error as it arrives from a worker: of its class only the name is left. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

test('an error owns its way out; the caller adds what stays as it was', () => {
  const error = new Failure('The sample could not be fetched.', 'Check the connection.');
  expect(describeTrouble(error, 'Nothing was stored.')).toEqual({
    what: 'The sample could not be fetched.',
    next: 'Nothing was stored. Check the connection.',
  });
  expect(describeTrouble(error).next).toBe('Check the connection.');
});

test('nothing is added to an error of ours that names its way out in its message', () => {
  const message = 'a.onnx: it is cut short; download the file again';
  expect(describeTrouble(new Error(message))).toEqual({ what: `${message}.`, next: '' });
  const divergence = { step: 3, loss: NaN, gradientNorm: 1, learningRate: 1e-3 };
  expect(describeTrouble(new DivergenceError(divergence)).next).toBe('');
  expect(describeTrouble(named('StorageFullError', 'A run needs 5 MB; delete one.'))).toEqual({
    what: 'A run needs 5 MB; delete one.',
    next: '',
  });
});

describe('an error of the browser is explained by its cause', () => {
  test.each([
    [
      'NotReadableError',
      'The requested file could not be read, typically due to permission problems that have occurred after a reference to a file was acquired.',
      /can no longer read the file/,
      /^Drop it again\.$/,
    ],
    [
      'NotFoundError',
      'A requested file or directory could not be found at the time an operation was processed.',
      /can no longer read the file/,
      /^Drop it again\.$/,
    ],
    ['QuotaExceededError', '', /no room/, /^Delete .*or free disk space/],
    ['RangeError', 'Array buffer allocation failed', /no memory left/, /^Close other tabs/],
    ['RuntimeError', 'memory access out of bounds', /no memory left/, /^Close other tabs/],
    ['TypeError', 'Failed to fetch', /could not be fetched/, /^Check the connection/],
    [
      'TypeError',
      'Failed to fetch dynamically imported module: http://localhost/assets/ort.mjs',
      /could not be fetched/,
      /^Check the connection/,
    ],
    [
      'InvalidStateError',
      "Failed to execute 'transaction' on 'IDBDatabase': The database connection is closing.",
      /storage failed/,
      /reload the page/,
    ],
  ])('%s: %s', (name, message, what, next) => {
    const trouble = describeTrouble(named(name, message));
    expect(trouble.what).toMatch(what);
    expect(trouble.next).toMatch(next);
    expect(trouble.what + trouble.next).not.toContain(message || 'Error');
  });

  test('one that nobody foresaw is quoted, and called so', () => {
    const trouble = describeTrouble(
      new TypeError(`x is not a function ${'and so on '.repeat(600)}`),
      'Nothing was changed.',
    );
    expect(trouble.what).toMatch(
      /^Something failed that Tagwerk did not foresee \(TypeError: x is not a function .*…\)\.$/u,
    );
    expect(trouble.what.length).toBeLessThan(300);
    expect(trouble.next).toMatch(
      /^Nothing was changed\. Reload the page and try again; .*report it/u,
    );
  });
});

test('no sentence fills the screen, and its end, the way out, is kept', () => {
  const { what } = describeTrouble(new Error(`a.json: ${'["B-PER", '.repeat(700)}; drop CoNLL.`));
  expect(what.length).toBeLessThanOrEqual(400);
  expect(what).toMatch(/^a\.json: .* … .*; drop CoNLL\.$/u);
});

test('the command line gets one text of any length', () => {
  expect(describeWhole(new Failure('Cut short.', 'Get it again.'))).toBe(
    'Cut short. Get it again.',
  );
  expect(describeWhole(named('QuotaExceededError', ''))).toMatch(/no room.*Delete/u);
  expect(describeWhole(new Error('x'.repeat(500)))).toHaveLength(500);
  expect(describeWhole('a text')).toBe('a text');
});
