import { briefly, type JsonObject, objectOf, orNull } from '../json-object';
import { normalizerSteps, turnsLowercase } from '../preparation/normalizer-steps';
import { preTokenizerSteps } from '../preparation/pre-tokenizer-steps';
import { flagOf } from '../preparation/read-steps';
import type { TextPreparation } from '../preparation/text-preparation';

/** Preparation of a text for WordPiece, as the files state it. */
export interface ReadPreparation {
  lowercase: boolean;
  /** Steps of the preparation; absent where they are BERT's by its case: a text is cleaned, ideographs stand apart, accents go with the capitals. */
  wordPiece?: TextPreparation;
  /** Sentences about files that contradict each other. */
  doubts: string[];
  /** Parts that are not known here. */
  problems: string[];
}

const BERT_NORMALIZER = 'BertNormalizer';
const BERT_PRE_TOKENIZER = 'BertPreTokenizer';

/**
 * Reads the text preparation of a WordPiece tokenizer. For BERT's normalizer the settings of `tokenizer_config.json` count before those of
 * `tokenizer.json`, as Hugging Face resolves them; another normalizer stays as it stands there.
 *
 * @param isCased whether the pieces have capitals, which decides where no file says.
 */
export function readPreparation(
  tokenizer: JsonObject | undefined,
  settings: JsonObject,
  isCased: boolean,
): ReadPreparation {
  const problems: string[] = [];
  if ((settings['do_basic_tokenize'] ?? true) !== true) {
    problems.push(
      `tokenizer_config.json: do_basic_tokenize is ${briefly(settings['do_basic_tokenize'])}`,
    );
  }
  for (const part of ['normalizer', 'pre_tokenizer']) {
    const isMissing = tokenizer?.[part] === null || tokenizer?.[part] === undefined;
    if (tokenizer && isMissing) problems.push(`tokenizer.json: ${part} is missing`);
  }
  if (problems.length > 0) return { lowercase: !isCased, doubts: [], problems };
  const normalizer = objectOf(tokenizer?.['normalizer'] ?? { type: BERT_NORMALIZER });
  const preTokenizer = orNull(tokenizer?.['pre_tokenizer'] ?? { type: BERT_PRE_TOKENIZER });
  const isBert = normalizer['type'] === BERT_NORMALIZER;
  const own = isBert ? resolved(normalizer, settings, isCased) : normalizer;
  try {
    const steps = normalizerSteps(own);
    preTokenizerSteps(preTokenizer);
    const lowercase = turnsLowercase(steps);
    const isPlain =
      preTokenizer?.['type'] === BERT_PRE_TOKENIZER && isBert && isPlainBert(own, lowercase);
    return {
      ...{ lowercase, problems, doubts: isBert ? contradictions(normalizer, settings) : [] },
      ...(isPlain ? {} : { wordPiece: { normalizer: own, preTokenizer } }),
    };
  } catch (error) {
    problems.push((error as Error).message.replace(/\.$/, ''));
    return { lowercase: !isCased, doubts: [], problems };
  }
}

/** Resolves what BERT's normalizer does: every setting stands in the result. */
function resolved(normalizer: JsonObject, settings: JsonObject, isCased: boolean): JsonObject {
  const lowercase = settings['do_lower_case'] ?? normalizer['lowercase'] ?? !isCased;
  // The key alone counts in tokenizer_config.json: null there means that accents go where the capitals go.
  const holder = Object.hasOwn(settings, 'strip_accents') ? settings : normalizer;
  return {
    type: BERT_NORMALIZER,
    clean_text: normalizer['clean_text'] ?? true,
    handle_chinese_chars:
      settings['tokenize_chinese_chars'] ?? normalizer['handle_chinese_chars'] ?? true,
    strip_accents: holder['strip_accents'] ?? lowercase,
    lowercase,
  };
}

function isPlainBert(normalizer: JsonObject, lowercase: boolean): boolean {
  return (
    flagOf(normalizer, 'clean_text', true) &&
    flagOf(normalizer, 'handle_chinese_chars', true) &&
    flagOf(normalizer, 'strip_accents', lowercase) === lowercase
  );
}

function contradictions(normalizer: JsonObject, settings: JsonObject): string[] {
  const said = settings['do_lower_case'];
  const written = normalizer['lowercase'];
  if (said === undefined || written === undefined || said === written) return [];
  return [
    `tokenizer_config.json says do_lower_case ${JSON.stringify(said)} and tokenizer.json lowercase ${JSON.stringify(written)}; the first counts, as in Hugging Face.`,
  ];
}
