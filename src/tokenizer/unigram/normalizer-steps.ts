import { type AlignedText, replaced, sizeAt, sliceOf, TextChanges } from './aligned-text';
import { Charsmap } from './charsmap';
import { briefly, type JsonObject, objectOf } from './json-object';

/** One step of a normalizer. */
export interface NormalizerStep {
  apply(text: AlignedText): AlignedText;
  /** Whether it changes each word by itself, whatever white space is beside it, save for runs of spaces. */
  readonly isLocal: boolean;
}

const FORMS = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;

/** Makers of the steps that are known, by their `type` in `tokenizer.json`. */
const STEPS: Readonly<Record<string, (step: JsonObject) => NormalizerStep[]>> = {
  Sequence: ({ normalizers }) =>
    (Array.isArray(normalizers) ? normalizers : []).flatMap((step) => normalizerSteps(step)),
  Precompiled: ({ precompiled_charsmap: base64 }) => {
    const charsmap = new Charsmap(typeof base64 === 'string' ? base64 : '');
    // A word depends on what stands before it if a space may begin something that is replaced.
    return [{ apply: (text) => charsmap.normalize(text), isLocal: !charsmap.beginsWith(' ') }];
  },
  Replace: ({ pattern, content }) => [replaceStep(objectOf(pattern), content)],
  Strip: ({ strip_left: left, strip_right: right }) => [
    { apply: (text) => stripped(text, left !== false, right !== false), isLocal: true },
  ],
  Lowercase: () => [{ apply: lowercased, isLocal: true }],
  ...Object.fromEntries(
    FORMS.map((form) => [
      form,
      () => [{ apply: (text: AlignedText) => inForm(text, form), isLocal: true }],
    ]),
  ),
};

/**
 * Reads the `normalizer` of a `tokenizer.json` as steps, in order.
 *
 * @throws naming the first step that is not known, or that has a setting that is not.
 */
export function normalizerSteps(normalizer: unknown): NormalizerStep[] {
  if (normalizer === null || normalizer === undefined) return [];
  const step = objectOf(normalizer);
  const type = step['type'];
  const make = typeof type === 'string' && Object.hasOwn(STEPS, type) ? STEPS[type] : undefined;
  if (!make) {
    throw new Error(
      `tokenizer.json: the normalizer has the step ${briefly(type)}; a Unigram tokenizer's may be ${Object.keys(STEPS).join(', ')}.`,
    );
  }
  return make(step);
}

/** Longest text that something is replaced by; real ones have one or two characters. */
const LONGEST_CONTENT = 100;
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

/** Lowercases character by character, so that no sigma is final, as Hugging Face's does. */
function lowercased(own: AlignedText): AlignedText {
  const changes = new TextChanges();
  for (const character of own.text) changes.replace(1, character.toLowerCase());
  return changes.apply(own);
}

/**
 * Brings a text into a form of Unicode, each base with its marks by itself. Where marks change their order, they keep their places in the
 * text: Hugging Face's offsets may differ there by a neighbour.
 */
function inForm(own: AlignedText, form: (typeof FORMS)[number]): AlignedText {
  const { text } = own;
  if (text.normalize(form) === text) return own;
  const changes = new TextChanges();
  for (let at = 0; at < text.length;) {
    let end = at + sizeAt(text, at);
    let count = 1;
    // Marks, and the second and third letters of a Korean syllable.
    while (end < text.length && /^[\p{M}\u1160-\u11ff]/u.test(text.slice(end, end + 2))) {
      end += sizeAt(text, end);
      count++;
    }
    changes.replace(count, text.slice(at, end).normalize(form));
    at = end;
  }
  return changes.apply(own);
}
