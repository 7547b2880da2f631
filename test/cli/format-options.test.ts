import { describe, expect, test } from 'vitest';
import { readArguments } from '../../src/cli/arguments';
import { HELP } from '../../src/cli/help';

const formatOf = (...options: string[]) => {
  const command = readArguments(['read', 'file.conll', ...options]);
  return command.command === 'read' ? command.format : undefined;
};

describe('what is said of the files on the command line', () => {
  test('is nothing unless it is said', () => {
    expect(readArguments(['read', 'a.conll', 'folder'])).toEqual({
      command: 'read',
      paths: ['a.conll', 'folder'],
      format: {},
    });
  });

  test('gives each column a role; other names are columns that are not used', () => {
    expect(formatOf('--columns', 'sentence,Word,pos,_,tag')).toEqual({
      columns: 5,
      wordColumn: 1,
      tagColumn: 4,
      indexColumn: null,
      sentenceColumn: 0,
    });
    expect(formatOf('--columns', 'index,word,tag')).toMatchObject({
      columns: 3,
      indexColumn: 0,
      sentenceColumn: null,
    });
  });

  test.each([
    ['without a word', 'pos,tag', /got "pos,tag" without a "word"/],
    ['without a tag', 'word,pos', /without a "tag"/],
    ['with two words', 'word,word,tag', /one column of "word" at most/],
  ])('columns %s are refused', (_, columns, message) => {
    expect(() => formatOf('--columns', columns)).toThrow(message);
  });

  test('fixes separator, scheme, encoding, outside tags, type and sentence ends', () => {
    expect(
      formatOf(
        ...['--separator', 'semicolon', '--file-scheme', 'IOB1', '--encoding', 'windows-1252'],
        ...['--outside', '0,_', '--type-name', ' Name ', '--sentence-end', 'full-stop'],
      ),
    ).toEqual({
      separator: 'semicolon',
      scheme: 'IOB1',
      encoding: 'windows-1252',
      outside: ['0', '_', 'O'],
      typeName: 'Name',
      sentenceEnd: 'full-stop',
    });
  });

  test.each([
    ['--separator', '|', 'tab, space, comma, semicolon, pipe, blank'],
    ['--file-scheme', 'BIO', 'IOB1, IOB2, IOBES, IO'],
    ['--encoding', 'latin1', 'utf-8, windows-1252, utf-16le, utf-16be'],
    ['--sentence-end', 'line', 'empty-line, full-stop, index'],
  ])('%s %s is refused with the choices', (option, value, choices) => {
    expect(() => formatOf(option, value)).toThrow(
      `${option} expects one of ${choices}, got "${value}"`,
    );
  });

  test('holds for train and evaluate, where --scheme stays the model’s', () => {
    const train = readArguments([
      'train',
      '--train',
      'a',
      '--scheme',
      'IOBES',
      '--file-scheme',
      'IO',
    ]);
    expect(train).toMatchObject({ scheme: 'IOBES', format: { scheme: 'IO' } });
    const evaluate = readArguments(['evaluate', 'm.onnx', '--data', 'a', '--separator', 'tab']);
    expect(evaluate).toMatchObject({ format: { separator: 'tab' } });
    expect(() => readArguments(['predict', 'm.onnx', '--separator', 'tab'])).toThrow('--separator');
  });

  test('is told by --help', () => {
    for (const option of [
      ...['--columns', '--separator', '--file-scheme', '--encoding', '--outside'],
      ...['--type-name', '--sentence-end', 'read FILE'],
    ]) {
      expect(HELP).toContain(option);
    }
  });
});

test('read needs something to read', () => {
  expect(() => readArguments(['read'])).toThrow('read needs files or folders');
});
