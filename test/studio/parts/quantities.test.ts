import { expect, test } from 'vitest';
import {
  countOf,
  formatBytes,
  formatDuration,
  formatMilliseconds,
  formatPower,
  joinWords,
  roughDuration,
} from '../../../src/studio/parts/quantities';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

test('bytes come in decimal units', () => {
  expect(
    [0, 999, 1000, 45_374_052, 1.1e9, 123e9].map((bytes) => plain(formatBytes(bytes))),
  ).toEqual(['0 bytes', '999 bytes', '1.0 kB', '45.4 MB', '1.1 GB', '123 GB']);
});

test('a number and its unit do not part at the end of a line', () => {
  expect(formatBytes(1.1e9)).not.toContain(' ');
});

test('durations say what a clock would', () => {
  expect([0.4, 42, 190, 7500].map((seconds) => plain(formatDuration(seconds)))).toEqual([
    '0 s',
    '42 s',
    '3 min 10 s',
    '2 h 5 min',
  ]);
});

test('expected durations are rough', () => {
  expect([0, 3, 17, 33, 70, 840, 12_600].map(roughDuration)).toEqual([
    '1 second',
    '3 seconds',
    '17 seconds',
    '35 seconds',
    '1 minute',
    '14 minutes',
    '3.5 hours',
  ]);
});

test('milliseconds keep the digits that count', () => {
  expect([8.44, 240.4, 1234].map((time) => plain(formatMilliseconds(time)))).toEqual([
    '8.4 ms',
    '240 ms',
    '1.2 s',
  ]);
});

test('small numbers are powers of ten', () => {
  expect([5e-5, 3.17e-6, 0, 0.08].map(formatPower)).toEqual([
    '5 × 10⁻⁵',
    '3.2 × 10⁻⁶',
    '0',
    '8 × 10⁻²',
  ]);
});

test('counts agree with their nouns', () => {
  expect(countOf(1, 'sentence')).toBe('1 sentence');
  expect(countOf(23_124, 'entity', 'entities')).toBe('23,124 entities');
  expect(joinWords(['train', 'dev', 'test'])).toBe('train, dev and test');
});
