import { type AlignedText, prepended, replaced, sliceOf } from './aligned-text';
import { briefly, type JsonObject, objectOf } from './json-object';

/** One step of a pre-tokenizer: cuts each part of a text into parts, which the model reads one by one. */
export interface PreTokenizerStep {
  split(part: AlignedText): AlignedText[];
  /** Whether words that white space separates end up in parts of their own, cut alike wherever they stand. */
  readonly isLocal: boolean;
}

const WHITE_SPACE = /\p{White_Space}/gu;

/** Makers of the steps that are known, by their `type` in `tokenizer.json`. */
const STEPS: Readonly<Record<string, (step: JsonObject) => PreTokenizerStep[]>> = {
  Sequence: ({ pretokenizers }) =>
    (Array.isArray(pretokenizers) ? pretokenizers : []).flatMap((step) => preTokenizerSteps(step)),
  WhitespaceSplit: () => [{ split: splitAtWhiteSpace, isLocal: true }],
  Metaspace: (step) => [metaspace(step)],
};

/**
 * Reads the `pre_tokenizer` of a `tokenizer.json` as steps, in order.
 *
 * @throws naming the first step that is not known, or that has a setting that is not.
 */
export function preTokenizerSteps(preTokenizer: unknown): PreTokenizerStep[] {
  if (preTokenizer === null || preTokenizer === undefined) return [];
  const step = objectOf(preTokenizer);
  const type = step['type'];
  const make = typeof type === 'string' && Object.hasOwn(STEPS, type) ? STEPS[type] : undefined;
  if (!make) {
    throw new Error(
      `tokenizer.json: the pre_tokenizer has the step ${briefly(type)}; a Unigram tokenizer's may be ${Object.keys(STEPS).join(', ')}.`,
    );
  }
  return make(step);
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

const SCHEMES = ['always', 'first', 'never'];

/** Makes spaces visible, `▁`, puts one before the first word, and cuts before each. */
function metaspace(step: JsonObject): PreTokenizerStep {
  const { replacement = '▁', split = true } = step;
  const scheme =
    step['prepend_scheme'] ?? (step['add_prefix_space'] === false ? 'never' : 'always');
  const isKnown =
    typeof replacement === 'string' &&
    Array.from(replacement).length === 1 &&
    typeof split === 'boolean' &&
    SCHEMES.includes(scheme as string);
  if (!isKnown) {
    throw new Error(
      `tokenizer.json: the pre_tokenizer Metaspace has ${briefly({ replacement, prepend_scheme: scheme, split })}; ` +
        `expected are one character, one of ${SCHEMES.join(', ')}, and true or false.`,
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
