import { gzipSync } from 'node:zlib';
import { DEFAULT_ENCODER } from '../../src/recipe/bundled-encoders';
import { presetsForBundled } from '../../src/recipe/presets';

/** Layers of a stand-in of which the quick recipe trains one. */
export const standInLayers = (presetsForBundled(DEFAULT_ENCODER).quick.frozenLayers ?? 0) + 1;

/**
 * Puts a small uncased BERT in the place of the encoder that the samples train: gives what a server has of it, by path, in the files that the
 * page fetches.
 *
 * @param folder `config.json`, `vocab.txt` and `model.safetensors`
 */
export function standIn(
  folder: Record<string, string | Uint8Array | Uint8Array[]>,
): Record<string, string | Uint8Array> {
  const { 'vocab.txt': vocabulary, ...others } = folder;
  const files: typeof folder = { ...others, LICENSE: 'MIT License' };
  if (DEFAULT_ENCODER.parts.length === 0) files['vocab.txt'] = vocabulary!;
  else files['tokenizer.json.gz'] = gzipSync(tokenizerJson(vocabulary as string));
  return Object.fromEntries(
    Object.entries(files).map(([name, body]) => [
      `/models/${DEFAULT_ENCODER.name}/${name}`,
      Array.isArray(body) ? Buffer.concat(body) : body,
    ]),
  );
}

/** Writes the tokenizer of an uncased BERT as Hugging Face's library does. */
function tokenizerJson(vocabulary: string): string {
  const pieces = vocabulary.trimEnd().split('\n');
  const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'];
  const whole = { single_word: false, lstrip: false, rstrip: false, normalized: false };
  return JSON.stringify({
    version: '1.0',
    added_tokens: specials.map((content) => ({
      ...{ id: pieces.indexOf(content), content, special: true },
      ...whole,
    })),
    normalizer: {
      ...{ type: 'BertNormalizer', clean_text: true, handle_chinese_chars: true },
      ...{ strip_accents: null, lowercase: true },
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      ...{ type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##' },
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
    },
  });
}
