import type { Sentence } from '../../ner/sentence';
import type { TagScheme } from '../../ner/tag-scheme';
import type { EditedLine } from '../fixes/line-edits';
import type { SourceFormat } from '../format/source-format';
import { parseRecord } from './json-record';
import type { LineReader, ReaderListener } from './line-reader';
import type { FindingKind } from '../findings/finding';
import { FindingCollector } from '../findings/finding-collector';
import { LabelTally } from './label-tally';
import { isInvisible } from '../format/hidden-characters';
import { tagFault } from './row-faults';
import { SentenceBuilder } from './sentence-builder';
import { TagNotation, type ReadTag } from '../format/tag-notation';

/**
 * Reads JSON lines of `{"tokens": […], "ner_tags": […]}` into sentences, tags as strings of the scheme.
 *
 * A line with an error is left out whole, and reading goes on. A file is one document.
 */
export class JsonlReader implements LineReader {
  readonly findings: FindingCollector;
  readonly labels = new LabelTally();
  readonly #scheme: TagScheme;
  readonly #notation = new TagNotation();
  readonly #builder: SentenceBuilder;
  #line = 0;

  /** `name` is the file's, for its findings. */
  constructor(
    name: string,
    { scheme }: Pick<SourceFormat, 'scheme'>,
    listener: ReaderListener = {},
  ) {
    this.#scheme = scheme;
    this.findings = new FindingCollector(name, listener.finding);
    this.#builder = new SentenceBuilder(scheme, this.findings, this.labels, listener.sentence);
  }

  push(lines: readonly EditedLine[]): Sentence[] {
    for (const line of lines) {
      this.#line++;
      if (line === undefined || line.trim() === '') continue;
      const rows = this.#parse(line);
      if (!rows) continue;
      for (const { word, read } of rows) this.#builder.addRow(word, read, this.#line);
      this.#builder.endBlock();
    }
    return this.#builder.take();
  }

  end(): Sentence[] {
    this.labels.reportDoubtful(this.findings, (label) => this.#notation.read(label));
    return this.#builder.take();
  }

  #parse(line: string): { word: string; read: ReadTag }[] | undefined {
    const record = parseRecord(line);
    if (!record) {
      return this.#leaveOut(
        'malformed-json',
        'Expected {"tokens": [words], "ner_tags": [tags, as strings, one a word]} in one line; correct the line or leave it out',
      );
    }
    const rows = [];
    for (const [index, word] of record.words.entries()) {
      const tag = record.tags[index] ?? '';
      const read = this.#notation.read(tag);
      const fault = tagFault(read, this.#scheme, this.#notation);
      if (fault !== undefined) return this.#leaveOut('unknown-prefix', fault);
      if (word.trim() === '' && !isInvisible(word)) {
        return this.#leaveOut(
          'empty-word',
          `Expected text in word ${index + 1}, found nothing; correct the line or leave it out`,
        );
      }
      rows.push({ word, read });
    }
    return rows;
  }

  #leaveOut(kind: FindingKind, reason: string): undefined {
    this.findings.add(this.#line, 'error', kind, () => reason);
  }
}
