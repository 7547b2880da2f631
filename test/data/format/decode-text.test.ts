import { describe, expect, test } from 'vitest';
import type { FileEncoding } from '../../../src/data/format/source-format';
import { decodeLines } from '../../../src/data/format/decode-text';
import { detectEncoding } from '../../../src/data/detect/detect-encoding';
import { fileOf, latin1 } from '../detect/column-file';

async function linesOf(
  content: string | Uint8Array<ArrayBuffer>,
  encoding: FileEncoding = 'utf-8',
) {
  const lines: string[] = [];
  for await (const batch of decodeLines(fileOf(content), encoding)) lines.push(...batch);
  return lines;
}

function utf16(text: string, isLittle: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let at = 0; at < text.length; at++) view.setUint16(at * 2, text.charCodeAt(at), isLittle);
  return new Uint8Array(view.buffer);
}

const bytes = (...parts: (number[] | string)[]) =>
  Uint8Array.from(
    parts.flatMap((part) =>
      typeof part === 'string' ? [...new TextEncoder().encode(part)] : part,
    ),
  );

describe('detectEncoding', () => {
  test.each([
    ['ASCII', 'Anna\tO\n', 'utf-8', 'UTF-8, because every byte is ASCII'],
    ['an empty file', '', 'utf-8', 'UTF-8, because every byte is ASCII'],
    ['UTF-8', 'Jürgen 😀\tO\n', 'utf-8', 'UTF-8, because all 2 characters beyond ASCII are valid'],
    [
      'a UTF-8 mark',
      '\uFEFFAnna\tO\n',
      'utf-8',
      'UTF-8, because the file begins with its byte order mark',
    ],
    [
      'Latin-1',
      latin1('a\tO\nJürgen\tO\n'),
      'windows-1252',
      'Windows-1252, because byte 0xFC in line 2 is not valid UTF-8',
    ],
    [
      'UTF-16 with a mark',
      utf16('\uFEFFJürgen\tO\n', true),
      'utf-16le',
      'UTF-16 (little-endian), because the file begins with its byte order mark',
    ],
    [
      'UTF-16 BE with a mark',
      utf16('\uFEFFJürgen\tO\n', false),
      'utf-16be',
      'UTF-16 (big-endian), because the file begins with its byte order mark',
    ],
    [
      'UTF-16 without a mark',
      utf16('Jürgen\tO\n', true),
      'utf-16le',
      'UTF-16 (little-endian), because every second byte is mostly zero',
    ],
    [
      'UTF-16 BE without a mark',
      utf16('Jürgen\tO\n', false),
      'utf-16be',
      'UTF-16 (big-endian), because every second byte is mostly zero',
    ],
    [
      'a sequence that breaks off at the end',
      bytes('a\n', [0xe2, 0x82]),
      'windows-1252',
      'Windows-1252, because byte 0xE2 in line 2 is not valid UTF-8',
    ],
  ])('%s', async (_, content, encoding, evidence) => {
    expect(await detectEncoding(fileOf(content))).toEqual({ encoding, evidence, ambiguous: false });
  });

  test('one damaged byte in much UTF-8 does not make it Latin-1', async () => {
    const content = bytes('äöü'.repeat(10), '\n', [0xfc], '\n');
    const { encoding, evidence, ambiguous } = await detectEncoding(fileOf(content));
    expect([encoding, ambiguous]).toEqual(['utf-8', true]);
    expect(evidence).toBe(
      'UTF-8, although 1 byte is not valid (byte 0xFC in line 2) and will read as \uFFFD',
    );
  });

  test.each([
    ['an overlong form', [0xc0, 0xaf]],
    ['an overlong form of three', [0xe0, 0x80, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a continuation alone', [0x80]],
  ])('%s is not valid UTF-8, as the decoder of the platform agrees', async (_, sequence) => {
    const content = bytes(sequence);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(content)).toThrow();
    expect((await detectEncoding(fileOf(content))).encoding).toBe('windows-1252');
  });

  test('every character that UTF-8 can write is valid, across chunks', async () => {
    let text = 'x'; // an odd start, so that sequences straddle chunks
    for (let code = 0x80; code < 0x11_0000; code += code < 0x1_0000 ? 7 : 977) {
      if (code < 0xd800 || code > 0xdfff) text += String.fromCodePoint(code);
    }
    const { encoding, ambiguous } = await detectEncoding(fileOf(text.repeat(5)));
    expect([encoding, ambiguous]).toEqual(['utf-8', false]);
  });
});

describe('decodeLines', () => {
  test.each([
    ['LF', 'a\nb\n', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['no end', 'a\nb', ['a', 'b']],
    ['no end but a CR', 'a\nb\r', ['a', 'b']],
    ['empty lines', '\n\na\n\n', ['', '', 'a', '']],
    ['CR alone', 'a\rb\r\rc', ['a', 'b', '', 'c']],
    ['several CR before an LF', 'a\r\r\n\r\r\nb\r\r\r\n', ['a', '', 'b']],
    ['every kind of end', 'a\rb\nc\r\nd\r\r\ne', ['a', 'b', 'c', 'd', 'e']],
    ['other line ends of Unicode inside', 'a\u2028b\u0085c\vd\n', ['a\u2028b\u0085c\vd']],
    ['nothing', '', []],
  ])('%s', async (_, text, lines) => {
    expect(await linesOf(text)).toEqual(lines);
  });

  test('a byte order mark goes, a later U+FEFF stays', async () => {
    expect(await linesOf('\uFEFFa\n\uFEFF\n')).toEqual(['a', '\uFEFF']);
  });

  test('Windows-1252, UTF-16 LE and BE', async () => {
    expect(await linesOf(Uint8Array.of(0xfc, 10, 0xe9), 'windows-1252')).toEqual(['ü', 'é']);
    expect(await linesOf(utf16('\uFEFFü\r\n😀', true), 'utf-16le')).toEqual(['ü', '😀']);
    expect(await linesOf(utf16('\uFEFFü\r\n😀', false), 'utf-16be')).toEqual(['ü', '😀']);
  });

  test('a CRLF that two chunks share is one line end', async () => {
    const line = 'x'.repeat((1 << 17) - 1); // the CR is the last byte of the first chunk
    expect(await linesOf(`${line}\r\nb\n`)).toEqual([line, 'b']);
  });
});
