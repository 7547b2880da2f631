import type { EntitySpan } from '../../ner/entity-span';
import type { Sentence } from '../../ner/sentence';
import { spansToTags, splitTag, type TagScheme } from '../../ner/tag-scheme';
import type { CorpusCheck } from '../findings/corpus-check';
import type { Finding } from '../findings/finding';
import type { FixRule } from './fix-rule';
import type { RowChange } from './rewrite-row';
import type { SentenceRow } from '../read/sentence-builder';
import type { TagNotation } from '../format/tag-notation';

/** Lines one fix may change, so that its edits fit the memory and the corpus' record; the rest needs another click. */
export const MOST_CHANGES = 200_000;

/** Gathers which lines a rule changes, and how, from one round over a corpus. */
export class FixPlanner {
  /** Changes by file and line. */
  readonly changes = new Map<number, Map<number, RowChange>>();
  readonly removes: boolean;
  readonly #rule: FixRule;
  readonly #check: CorpusCheck;
  /** First lines of the sentences that go, by file. */
  readonly #doomed = new Map<number, Set<number>>();
  #count = 0;

  /** `check` has seen every sentence once where the rule is about sentences or phrases. */
  constructor(rule: FixRule, check: CorpusCheck) {
    this.#rule = rule;
    this.#check = check;
    this.removes = rule.do === 'drop-rows' || rule.do === 'delete-twins';
    if (rule.do === 'delete-twins') this.#doom(rule);
  }

  /** Takes a finding in a row. */
  hear(file: number, line: number, finding: Pick<Finding, 'kind' | 'level'> & { about: string }) {
    const rule = this.#rule;
    const { kind, level, about } = finding;
    if (rule.do === 'drop-rows') {
      const fits = kind === rule.kind && (rule.about === '' || rule.about === about);
      // A column too many may be harmless; then the row is read, and stays.
      if (fits && (kind !== 'column-count' || level === 'error')) {
        this.#change(file, line, { do: 'remove' });
      }
    } else if (rule.do === 'drop-separators') {
      if (kind === 'column-count' && level === 'warning') this.#change(file, line, rule);
    } else if (rule.do === 'plain-blanks') {
      if (kind === 'strange-blank') this.#change(file, line, { do: 'plain-blanks' });
    } else if (rule.do === 'drop-hidden') {
      if (kind === 'hidden-character') this.#change(file, line, rule);
    } else if (rule.do === 'retag') {
      if (kind === 'unknown-prefix' && about === rule.from) {
        this.#change(file, line, { do: 'tag', tag: rule.to });
      }
    }
  }

  /** Takes a sentence with its rows; `scheme` and `notation` are the file's. */
  visit(
    file: number,
    sentence: Sentence,
    rows: readonly SentenceRow[],
    scheme: TagScheme,
    notation: TagNotation,
  ): void {
    const rule = this.#rule;
    if (rule.do === 'relabel') {
      for (const { read, line } of rows) {
        if (read.parts.label !== rule.from) continue;
        this.#change(file, line, { do: 'tag', tag: notation.withLabel(read, rule.to) });
      }
    } else if (rule.do === 'one-mark') {
      for (const { read, line } of rows) {
        if (!read.isDoubled) continue;
        const { prefix, label } = read.parts;
        this.#change(file, line, { do: 'tag', tag: notation.write(prefix, label) });
      }
    } else if (rule.do === 'as-read') {
      this.#retag(file, rows, sentence.spans, scheme, notation);
    } else if (rule.do === 'one-label') {
      const { phrases } = this.#check;
      const spans = phrases.relabelled(sentence, rule.phrase, rule.label);
      if (spans !== sentence.spans) this.#retag(file, rows, spans, scheme, notation);
    } else if (rule.do === 'delete-twins' && this.#doomed.get(file)?.has(sentence.line)) {
      for (const { line } of rows) this.#change(file, line, { do: 'remove' });
    }
  }

  /** Writes the tags of other spans; a tag that means the same in other letters (BILOU's L and U) stays. */
  #retag(
    file: number,
    rows: readonly SentenceRow[],
    spans: readonly EntitySpan[],
    scheme: TagScheme,
    notation: TagNotation,
  ): void {
    const tags = spansToTags(spans, rows.length, scheme);
    for (const [index, { read, line }] of rows.entries()) {
      const { prefix, label } = splitTag(tags[index]!);
      const isSame = read.parts.prefix === prefix && read.parts.label === label;
      const isBare = scheme === 'IO' && read.parts.prefix === '' && read.parts.label === label;
      if (isSame || isBare) continue;
      this.#change(file, line, { do: 'tag', tag: notation.write(prefix, label) });
    }
  }

  #doom({ from, to }: Extract<FixRule, { do: 'delete-twins' }>): void {
    const { twins } = this.#check;
    const doomed = from === to ? twins.duplicates() : twins.leaks(from, to);
    for (const { location, split } of doomed) {
      if (split !== from) continue;
      let lines = this.#doomed.get(location.file);
      if (!lines) this.#doomed.set(location.file, (lines = new Set()));
      lines.add(location.line);
    }
  }

  #change(file: number, line: number, change: RowChange): void {
    if (this.#count >= MOST_CHANGES) return;
    let changes = this.changes.get(file);
    if (!changes) this.changes.set(file, (changes = new Map<number, RowChange>()));
    if (!changes.has(line)) this.#count++;
    changes.set(line, change);
  }
}
