import { briefly, type JsonObject, parseObject } from '../json-object';
import type { TokenizerFiles } from '../tokenizer-files';
import { BYTE_CHARACTERS } from './byte-characters';

/** Classes of `transformers` whose `vocab.json` and `merges.txt` are byte-level BPE with RoBERTa's special pieces. */
const CLASSES = /^(?:Roberta|Longformer|Bart)Tokenizer(?:Fast)?$/;
const SPACE = BYTE_CHARACTERS[0x20]!;

/**
 * Says in the form of a `tokenizer.json` what `vocab.json` and `merges.txt` of a RoBERTa mean: the tokenizer that `transformers` makes of them.
 *
 * @throws where they are of another tokenizer, by the name of its class.
 */
export function robertaJson(files: TokenizerFiles): JsonObject {
  const { pieceIds = '', merges = '', settings = '{}', configuration = '{}' } = files;
  const vocab = parseObject(pieceIds, 'vocab.json');
  const stated =
    parseObject(settings, 'tokenizer_config.json')['tokenizer_class'] ??
    parseObject(configuration, 'config.json')['tokenizer_class'] ??
    'RobertaTokenizer';
  const isKnown = typeof stated === 'string' && CLASSES.test(stated);
  if (!isKnown || !Object.hasOwn(vocab, SPACE)) {
    const found = isKnown ? `vocab.json has no piece ${SPACE} for a space` : briefly(stated);
    throw new Error(
      `vocab.json and merges.txt are read as RoBERTa's byte-level BPE, and the tokenizer is another: ${found}. Choose a RoBERTa or BERT encoder, such as roberta-base.`,
    );
  }
  const lines = merges.replace(/^\uFEFF/, '').split(/\r?\n/);
  return {
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
    post_processor: { type: 'RobertaProcessing', add_prefix_space: false, trim_offsets: true },
    model: {
      type: 'BPE',
      vocab,
      merges: lines.filter((line) => line !== '' && !line.startsWith('#version')),
    },
  };
}
