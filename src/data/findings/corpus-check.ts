import { listSome, shorten } from '../../messages/shorten';
import type { SplitName } from '../../ner/sentence';
import { quote } from '../format/hidden-characters';
import type { FindingCollector } from './finding-collector';
import type { LocatedSentence } from '../read/located-sentence';
import { PhraseLabels, UNMARKED, type DisputedPhrase, type LabelUse } from './phrase-labels';
import type { LineLocation } from './line-location';
import { SentenceTwins } from './sentence-twins';
import { aboutPhrase, aboutSplits } from './validation-report';

/** Phrases listed one by one, those with the most disagreeing occurrences. */
const LISTED_PHRASES = 60;

/** Pairs of splits in which a common sentence spoils a score: it was learned from, or chosen by, before it is scored. */
const LEAK_PAIRS: readonly (readonly [from: SplitName, to: SplitName])[] = [
  ['train', 'dev'],
  ['train', 'test'],
  ['dev', 'test'],
];

/** A file's name with the collector of its findings. */
export interface CheckedFile {
  name: string;
  findings: FindingCollector;
}

/**
 * Finds what only the whole corpus shows: sentences that repeat or stand in two splits, and phrases that are not labelled alike. Add every
 * sentence with `add`, then every sentence with `addAgain`, then call `report`.
 */
export class CorpusCheck {
  readonly twins = new SentenceTwins();
  readonly phrases = new PhraseLabels();

  add({ file, split, sentence, rows }: LocatedSentence): void {
    this.twins.add(file, split, sentence);
    this.phrases.addEntities(sentence, rows, file);
  }

  addAgain({ file, sentence, rows }: LocatedSentence): void {
    this.phrases.addUnmarked(sentence, rows, file);
  }

  report(files: readonly CheckedFile[]): void {
    this.#reportDuplicates(files);
    for (const [from, to] of LEAK_PAIRS) this.#reportLeaks(files, from, to);
    this.#reportPhrases(files);
  }

  #reportDuplicates(files: readonly CheckedFile[]): void {
    for (const { location, other, split, sameTags } of this.twins.duplicates()) {
      const reason = () =>
        `Expected each sentence once in ${split}, found the words of ${nameOf(files, other)} again` +
        (sameTags
          ? '; keep one of them unless the repetition is meant'
          : ', tagged otherwise; correct one of them, or keep one');
      const about = aboutSplits(split, split);
      files[location.file]!.findings.add(
        location.line,
        'note',
        'duplicate-sentence',
        reason,
        about,
      );
    }
  }

  #reportLeaks(files: readonly CheckedFile[], from: SplitName, to: SplitName): void {
    for (const { location, other, sameTags } of this.twins.leaks(from, to)) {
      const reason = () =>
        `The same words stand in ${to} at ${nameOf(files, other)}${sameTags ? '' : ', tagged otherwise'}, so a score on ${to} ` +
        `counts what was seen before; delete the sentence from ${from}`;
      const about = aboutSplits(from, to);
      files[location.file]!.findings.add(
        location.line,
        'warning',
        'leaked-sentence',
        reason,
        about,
      );
    }
  }

  #reportPhrases(files: readonly CheckedFile[]): void {
    const disputed = this.phrases.disputed();
    for (const phrase of disputed.slice(0, LISTED_PHRASES)) reportPhrase(files, phrase);
    const rest = disputed.slice(LISTED_PHRASES);
    if (rest.length === 0) return;
    const occurrences = rest.reduce((sum, { disagreeing }) => sum + disagreeing, 0);
    const reason = () =>
      `${rest.length.toLocaleString('en')} more phrases are not labelled alike everywhere, each in few lines; mend those listed first`;
    files[0]!.findings.add(0, 'note', 'inconsistent-label', reason, '', occurrences);
  }
}

function reportPhrase(
  files: readonly CheckedFile[],
  { phrase, majority, others }: DisputedPhrase,
): void {
  const uses = listSome([majority, ...others].map(describeUse), { show: (use) => use });
  const about = aboutPhrase(phrase, majority.label);
  for (const { label, count, locations } of others) {
    const reason = () =>
      `${quote(phrase)} is ${uses}; here it is ${label === UNMARKED ? 'unmarked' : shorten(label)}, which is right only if it means something else`;
    for (const [index, { file, line }] of locations.entries()) {
      const times = index === 0 ? count - locations.length + 1 : 1;
      files[file]!.findings.add(line, 'note', 'inconsistent-label', reason, about, times);
    }
  }
}

function describeUse({ label, count }: LabelUse): string {
  const times = count === 1 ? 'once' : `${count.toLocaleString('en')} times`;
  return `${label === UNMARKED ? 'unmarked' : shorten(label)} ${times}`;
}

function nameOf(files: readonly CheckedFile[], { file, line }: LineLocation): string {
  return `${files[file]!.name}:${line}`;
}
