import { type AlignedText, alignedText, prepended, replaced, sliceOf } from './aligned-text';
import { bertNormalizer } from './bert-normalizer';
import { Charsmap } from './charsmap';
import { briefly, type JsonObject, objectOf } from '../json-object';
import { isMark } from './combining-classes';
import type { NormalizerStep } from './normalizer-step';
import { flagOf, readSteps, type StepMakers } from './read-steps';
import { filtered, lowercased } from './text-changes';
import { inUnicodeForm, UNICODE_FORMS } from './unicode-forms';

/** Makers of the steps that are known. */
const MAKERS: StepMakers<NormalizerStep> = {
  Precompiled: ({ precompiled_charsmap: base64 }) => {
    const charsmap = new Charsmap(typeof base64 === 'string' ? base64 : '');
    // A word depends on what stands before it if a space may begin something that is replaced.
    return { apply: (text) => charsmap.normalize(text), isLocal: !charsmap.beginsWith(' ') };
  },
  Replace: ({ pattern, content }) => replaceStep(objectOf(pattern), content),
  Strip: (step) => {
    const [left, right] = ['strip_left', 'strip_right'].map((key) => flagOf(step, key, true));
    return { apply: (text) => stripped(text, left!, right!), isLocal: true };
  },
  Lowercase: () => ({ apply: lowercased, isLocal: true }),
  StripAccents: () => ({
    apply: (text) => filtered(text, (codePoint) => !isMark(codePoint)),
    isLocal: true,
  }),
  Prepend: ({ prepend }) => {
    if (typeof prepend !== 'string' || prepend.length > LONGEST_CONTENT) {
      throw new Error(
        `tokenizer.json: the normalizer prepends ${briefly(prepend)}; expected is a text of ${LONGEST_CONTENT} characters at most.`,
      );
    }
    return { apply: (text) => prepended(text, prepend), isLocal: false };
  },
  BertNormalizer: bertNormalizer,
  ...Object.fromEntries(
    UNICODE_FORMS.map((form) => [
      form,
      () => ({ apply: (text: AlignedText) => inUnicodeForm(text, form), isLocal: true }),
    ]),
  ),
};

/** Longest text that something is replaced by, or that is put before a text; real ones have one or two characters. */
const LONGEST_CONTENT = 100;

/** Reads the `normalizer` of a `tokenizer.json` as steps, in order. @throws as `readSteps` */
export function normalizerSteps(normalizer: unknown): NormalizerStep[] {
  return readSteps('normalizer', normalizer, MAKERS);
}

/** Takes text[from, to) through the steps. */
export function normalize(
  steps: readonly NormalizerStep[],
  text: string,
  from = 0,
  to = text.length,
): AlignedText {
  return steps.reduce((own, step) => step.apply(own), alignedText(text, from, to));
}

/** Tells whether the steps turn capitals into small letters. */
export function turnsLowercase(steps: readonly NormalizerStep[]): boolean {
  return normalize(steps, 'A').text.endsWith('a');
}

/** One character, or any white space, and how often: what SentencePiece's files have. */
const SIMPLE_PATTERN = /^( |\\s|[\p{L}\p{N}])(\{[1-9]\d*,\d*\}|\+)?$/u;

function replaceStep(pattern: JsonObject, content: unknown): NormalizerStep {
  const { String: text, Regex: regex } = pattern;
  const simple = typeof regex === 'string' ? SIMPLE_PATTERN.exec(regex) : undefined;
  const isText = typeof text === 'string' && text !== '';
  if (typeof content !== 'string' || content.length > LONGEST_CONTENT || !(isText || simple)) {
    throw new Error(
      `tokenizer.json: the normalizer replaces ${briefly(pattern)} by ${briefly(content)}; only plain texts and runs of one character are replaced here, ` +
        `by ${LONGEST_CONTENT} characters at most.`,
    );
  }
  const source = isText
    ? text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    : (simple![1] === '\\s' ? String.raw`\p{White_Space}` : simple![1]!) + (simple![2] ?? '');
  const found = new RegExp(source, 'gu');
  const isRunOfSpaces = simple?.[1] === ' ' && simple[2] === '{2,}';
  return {
    apply: (own) => replaced(own, found, content),
    isLocal: isRunOfSpaces || (isText && !/\p{White_Space}/u.test(text)),
  };
}

function stripped(own: AlignedText, left: boolean, right: boolean): AlignedText {
  const start = left ? /^\p{White_Space}*/u.exec(own.text)![0].length : 0;
  const rest = own.text.slice(start);
  const trailing = right ? /\p{White_Space}*$/u.exec(rest)![0].length : 0;
  const end = own.text.length - trailing;
  if (start === 0 && trailing === 0) return own;
  return { ...sliceOf(own, start, end), origin: own.origin };
}
