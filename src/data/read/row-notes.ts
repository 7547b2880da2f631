import type { CompleteFormat } from '../format/column-format';
import type { FindingKind } from '../findings/finding';
import type { FindingCollector } from '../findings/finding-collector';
import { codePointsOf, hiddenIn, isInvisible, quote } from '../format/hidden-characters';
import { nameOfSeparator, strangeBlanks } from '../format/row-fields';
import type { RowRepair } from '../format/row-scanner';
import type { ReadTag, TagNotation } from '../format/tag-notation';

/** Findings about rows that are read, though something in them is not as it should be. */
export class RowNotes {
  readonly #findings: FindingCollector;
  readonly #format: CompleteFormat;

  constructor(findings: FindingCollector, format: CompleteFormat) {
    this.#findings = findings;
    this.#format = format;
  }

  /** Tells what was overlooked for a row to fit; `label` is its tag's. */
  repaired(line: number, text: string, repair: RowRepair, label: string): void {
    switch (repair) {
      case 'separators': {
        const reason = this.misfit(
          text,
          'found a separator too many',
          'the row is read without it',
        );
        this.#warn(line, 'column-count', reason);
        break;
      }
      case 'blanks':
        this.#warn(line, 'strange-blank', () => {
          const expected = nameOfSeparator(this.#format.separator);
          return `Expected a ${expected} between the columns, found ${namesOf(strangeBlanks(text))} in ${quote(text)}; it is read as one`;
        });
        break;
      case 'label': {
        const reason = () =>
          `The label holds a blank and is read as ${quote(label)}; give the label another sign in place of the blank if other programs shall read the file`;
        this.#findings.add(line, 'note', 'joined-label', reason, label);
        break;
      }
    }
  }

  /** Explains why a row does not fit. */
  misfit(text: string, found: string, wayOut: string): () => string {
    const { columns, separator } = this.#format;
    return () =>
      `Expected ${columns} columns with a ${nameOfSeparator(separator)} between, ${found} in ${quote(text)}; ${wayOut}`;
  }

  /** Tells of blanks beside word or tag that are no separators. */
  margins(line: number, text: string, blanks: string): void {
    const reason = () =>
      `${namesOf(blanks)} stands beside the word or the tag in ${quote(text)}; it is read without`;
    this.#findings.add(line, 'note', 'strange-blank', reason);
  }

  /** Tells of a tag with two marks, or with characters that show nothing. */
  tag(line: number, read: ReadTag, notation: TagNotation): void {
    if (read.isDoubled) {
      this.#warn(line, 'doubled-mark', () => {
        const { prefix, label } = read.parts;
        return `The tag ${quote(read.tag)} has two position marks; it is read as ${quote(notation.write(prefix, label))}`;
      });
    }
    if (!read.isCleaned) return;
    const reason = () =>
      `The tag ${quote(read.tag)} holds ${codePointsOf(hiddenIn(read.tag))}, which shows nothing; it is read without`;
    this.#findings.add(line, 'note', 'hidden-character', reason);
  }

  /** Tells of a word that shows nothing, or holds something that does not. */
  word(line: number, word: string): void {
    if (isInvisible(word)) {
      this.#warn(
        line,
        'invisible-word',
        () =>
          `The word is ${codePointsOf(word)}, which shows nothing and may give a model no word piece; leave the row out unless it is meant`,
      );
      return;
    }
    const hidden = hiddenIn(word);
    if (hidden === '') return;
    const reason = () =>
      `${quote(word)} holds ${codePointsOf(hidden)}, which shows nothing and makes it another word to a search; take it out unless it is meant`;
    this.#findings.add(line, 'note', 'hidden-character', reason);
  }

  /** Tells of a row of CoNLL-U that holds no word of its own. */
  range(line: number, index: string): void {
    const reason = () =>
      `The row is numbered ${index}, as CoNLL-U numbers a range of words or an empty node; it holds no word of its own and is left out`;
    this.#findings.add(line, 'note', 'word-range', reason);
  }

  /** Warns of a file with too few boundaries between sentences. */
  fewBoundaries(line: number, blocks: number, innerStops: number): void {
    const found = blocks === 1 ? 'one block' : `${blocks.toLocaleString('en')} blocks`;
    this.#warn(
      line,
      'no-boundary',
      () =>
        `Expected an empty line after each sentence, found ${found} with ${innerStops.toLocaleString('en')} full stops inside; ` +
        'let sentences end at full stops, or put empty lines in',
    );
  }

  /** Notes rows that do nothing but part sentences. */
  markRows(count: number): void {
    const rows = count === 1 ? 'A row' : `${count.toLocaleString('en')} rows`;
    const reason = () =>
      `${rows} such as "Sentence: 1" or "<s>" ${count === 1 ? 'parts' : 'part'} sentences and ${count === 1 ? 'is' : 'are'} read as an empty line would be`;
    this.#findings.add(0, 'note', 'file-form', reason);
  }

  #warn(line: number, kind: FindingKind, reason: () => string): void {
    this.#findings.add(line, 'warning', kind, reason);
  }
}

function namesOf(characters: string): string {
  return codePointsOf([...new Set(characters)].join(''));
}
