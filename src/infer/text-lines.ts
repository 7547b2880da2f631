import { splitWords, type WordRange } from '../tokenizer/text/split-words';

/** One line of a text; the model reads it at once where it fits into a window. */
export interface TextLine {
  /** Words as one string: lines with the same words get the same tags. */
  key: string;
  words: string[];
  /** Offsets of the words in the text. */
  ranges: WordRange[];
}

/** Splits a text into the lines that hold a word; the line ends of every system count, and nothing else ends a line. */
export function splitLines(text: string): TextLine[] {
  const lines: TextLine[] = [];
  let previousEnd = 0;
  for (const range of splitWords(text)) {
    const word = text.slice(range.start, range.end);
    const between = text.slice(previousEnd, range.start);
    let line = lines.at(-1);
    if (!line || /[\n\r\u2028\u2029]/.test(between)) {
      line = { key: '', words: [], ranges: [] };
      lines.push(line);
    }
    line.key += `${word}\n`;
    line.words.push(word);
    line.ranges.push(range);
    previousEnd = range.end;
  }
  return lines;
}
