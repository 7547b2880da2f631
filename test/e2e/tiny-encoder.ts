import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomBert } from '../../src/model/random-bert';
import { writeSafetensors } from '../../src/model/safetensors';
import { smallVocabulary } from './small-corpus';

export const encoderFiles = [
  'config.json',
  'vocab.txt',
  'tokenizer_config.json',
  'model.safetensors',
];

/** Writes a Hugging Face folder of a random BERT of two layers whose vocabulary is the small corpus' words. */
export function writeTinyEncoder(folder: string): void {
  const vocabulary = smallVocabulary();
  const sizes = { hidden: 64, layers: 2, heads: 2, intermediate: 128, maxPositions: 64 };
  const weights = randomBert(
    {
      ...sizes,
      vocabularySize: vocabulary.length,
      tokenTypes: 2,
      layerNormEpsilon: 1e-12,
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
    },
    7,
  );
  const config = {
    model_type: 'bert',
    architectures: ['BertModel'],
    vocab_size: vocabulary.length,
    hidden_size: sizes.hidden,
    num_hidden_layers: sizes.layers,
    num_attention_heads: sizes.heads,
    intermediate_size: sizes.intermediate,
    max_position_embeddings: sizes.maxPositions,
    type_vocab_size: 2,
    layer_norm_eps: 1e-12,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0.1,
    attention_probs_dropout_prob: 0.1,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'vocab.txt'), `${vocabulary.join('\n')}\n`);
  writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ do_lower_case: true }));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat(writeSafetensors(weights)));
}
