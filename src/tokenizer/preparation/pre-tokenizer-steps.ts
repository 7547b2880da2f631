import { ASCII_CLASSES, PUNCTUATION } from '../text/normalize-character';
import { isPunctuation } from '../text/unicode-classes';
import { type AlignedText, prepended, replaced, sizeAt, sliceOf } from './aligned-text';
import { briefly, type JsonObject } from '../json-object';
import { flagOf, readSteps, type StepMakers } from './read-steps';

/** One step of a pre-tokenizer: cuts each part of a text into parts, which the model reads one by one. */
export interface PreTokenizerStep {
  split(part: AlignedText): AlignedText[];
  /** Whether words that white space separates end up in parts of their own, cut alike wherever they stand. */
  readonly isLocal: boolean;
}

const WHITE_SPACE = /\p{White_Space}/gu;

const MAKERS: StepMakers<PreTokenizerStep> = {
  WhitespaceSplit: () => ({ split: splitAtWhiteSpace, isLocal: true }),
  Metaspace: metaspace,
  BertPreTokenizer: () => ({
    split: (part) => splitAtWhiteSpace(part).flatMap(splitAtPunctuation),
    isLocal: true,
  }),
};

/** Reads the `pre_tokenizer` of a `tokenizer.json` as steps, in order. @throws as `readSteps` */
export function preTokenizerSteps(preTokenizer: unknown): PreTokenizerStep[] {
  return readSteps('pre_tokenizer', preTokenizer, MAKERS);
}

function splitAtWhiteSpace(part: AlignedText): AlignedText[] {
  const parts: AlignedText[] = [];
  let start = 0;
  const endAt = (end: number) => {
    if (end > start) parts.push(sliceOf(part, start, end));
  };
  for (const { index, 0: space } of part.text.matchAll(WHITE_SPACE)) {
    endAt(index);
    start = index + space.length;
  }
  endAt(part.text.length);
  return parts;
}

/** Makes each sign of punctuation a part of its own. */
function splitAtPunctuation(part: AlignedText): AlignedText[] {
  const parts: AlignedText[] = [];
  let start = 0;
  const endAt = (end: number) => {
    if (end > start) parts.push(sliceOf(part, start, end));
    start = end;
  };
  for (let at = 0; at < part.text.length;) {
    const size = sizeAt(part.text, at);
    if (isPunctuationMark(part.text.codePointAt(at)!)) {
      endAt(at);
      endAt(at + size);
    }
    at += size;
  }
  endAt(part.text.length);
  return parts;
}

function isPunctuationMark(codePoint: number): boolean {
  return codePoint < 0x80 ? ASCII_CLASSES[codePoint] === PUNCTUATION : isPunctuation(codePoint);
}

const SCHEMES = ['always', 'first', 'never'];

/** Makes spaces visible, `▁`, puts one before the first word, and cuts before each. */
function metaspace(step: JsonObject): PreTokenizerStep {
  const { replacement = '▁' } = step;
  const split = flagOf(step, 'split', true);
  const isPrefixed = flagOf(step, 'add_prefix_space', true);
  const scheme = step['prepend_scheme'] ?? (isPrefixed ? 'always' : 'never');
  const isKnown =
    typeof replacement === 'string' &&
    Array.from(replacement).length === 1 &&
    SCHEMES.includes(scheme as string);
  if (!isKnown) {
    throw new Error(
      `tokenizer.json: the pre_tokenizer Metaspace has ${briefly({ replacement, prepend_scheme: scheme })}; ` +
        `expected are one character and one of ${SCHEMES.join(', ')}.`,
    );
  }
  return {
    isLocal: split && scheme === 'always',
    split(part) {
      let own = replaced(part, / /g, replacement);
      const isPrepended = scheme === 'always' || (scheme === 'first' && own.origin === 0);
      if (isPrepended && !own.text.startsWith(replacement)) own = prepended(own, replacement);
      return split ? splitBefore(own, replacement) : [own];
    },
  };
}

function splitBefore(part: AlignedText, sign: string): AlignedText[] {
  const parts: AlignedText[] = [];
  for (let start = 0; start < part.text.length;) {
    const next = part.text.indexOf(sign, start + sign.length);
    const end = next < 0 ? part.text.length : next;
    parts.push(sliceOf(part, start, end));
    start = end;
  }
  return parts;
}
