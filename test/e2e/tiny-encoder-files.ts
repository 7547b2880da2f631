import { randomBert } from '../../src/model/random-bert';
import { writeSafetensors } from '../../src/model/safetensors/safetensors';
import { smallVocabulary } from './small-corpus';

/** A Hugging Face folder, by file name: a random BERT; by default of two layers, its vocabulary the small corpus' words. */
export function makeTinyEncoder(
  layers = 2,
  vocabulary: readonly string[] = smallVocabulary(),
): Record<string, string | Uint8Array<ArrayBuffer>[]> {
  const sizes = { hidden: 64, layers, heads: 2, intermediate: 128, maxPositions: 64 };
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
  return {
    'config.json': JSON.stringify(config),
    'vocab.txt': `${vocabulary.join('\n')}\n`,
    'tokenizer_config.json': JSON.stringify({ do_lower_case: true }),
    'model.safetensors': writeSafetensors(weights),
  };
}
