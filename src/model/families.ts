/** A setting of `config.json` that changes what the encoder computes. */
export interface RequiredSetting {
  key: string;
  /** The only value that is computed here. */
  value: unknown;
  /** Value that Hugging Face takes where the setting is absent. */
  absent: unknown;
}

/** Keys of `config.json` that are not called alike in all families. */
interface SettingKeys {
  hidden: string;
  layers: string;
  heads: string;
  intermediate: string;
  activation: string;
  hiddenDropout: string;
  attentionDropout: string;
}

/** Encoders with the layers of BERT that differ in their embeddings, and in how their files call weights and settings. */
export interface EncoderFamily {
  /** Name that people know it by. */
  readonly label: string;
  /** Beginning of the encoder's tensor names in a file; in the model they begin with `bert.` in every family. */
  readonly prefix: string;
  /** Parts of tensor names that are not BERT's, as pairs of BERT's and the family's own, replaced in this order. */
  readonly names: readonly (readonly [berts: string, own: string])[];
  readonly settings: SettingKeys;
  /** Epsilon of the layer norms where `config.json` does not say. */
  readonly layerNormEpsilon: number;
  /** Whether `config.json` can say another; a family that has one for all takes no notice of it. */
  readonly hasOwnEpsilon: boolean;
  /** Token types where `config.json` does not say; 0 where the family has none. */
  readonly tokenTypes: number;
  /** Whether callers tell the type of each piece; else all have the first. */
  readonly takesTokenTypes: boolean;
  /** Whether positions are counted from the entry behind the padding piece's id, `pad_token_id` + 1; else from 0. */
  readonly startsBehindPadding: boolean;
  /** Width of the embeddings where `embedding_size` does not say; absent where they are as wide as the layers. */
  readonly embeddingWidth?: number;
  /** Whether dropout acts on the output of attention. */
  readonly dropsAttentionOutput: boolean;
}

/** Settings that no family here may have otherwise. */
export const REQUIRED_SETTINGS: readonly RequiredSetting[] = [
  { key: 'position_embedding_type', value: 'absolute', absent: 'absolute' },
  { key: 'is_decoder', value: false, absent: false },
  { key: 'is_encoder_decoder', value: false, absent: false },
  { key: 'add_cross_attention', value: false, absent: false },
];

const BERT: EncoderFamily = {
  label: 'BERT',
  prefix: 'bert.',
  names: [],
  settings: {
    hidden: 'hidden_size',
    layers: 'num_hidden_layers',
    heads: 'num_attention_heads',
    intermediate: 'intermediate_size',
    activation: 'hidden_act',
    hiddenDropout: 'hidden_dropout_prob',
    attentionDropout: 'attention_probs_dropout_prob',
  },
  layerNormEpsilon: 1e-12,
  hasOwnEpsilon: true,
  tokenTypes: 2,
  takesTokenTypes: true,
  startsBehindPadding: false,
  dropsAttentionOutput: true,
};

/** Sanh et al. 2019. */
const DISTILBERT: EncoderFamily = {
  ...BERT,
  label: 'DistilBERT',
  prefix: 'distilbert.',
  names: [
    ['encoder.layer', 'transformer.layer'],
    ['attention.self.query', 'attention.q_lin'],
    ['attention.self.key', 'attention.k_lin'],
    ['attention.self.value', 'attention.v_lin'],
    ['attention.output.dense', 'attention.out_lin'],
    ['attention.output.LayerNorm', 'sa_layer_norm'],
    ['intermediate.dense', 'ffn.lin1'],
    ['output.dense', 'ffn.lin2'],
    ['output.LayerNorm', 'output_layer_norm'],
  ],
  settings: {
    hidden: 'dim',
    layers: 'n_layers',
    heads: 'n_heads',
    intermediate: 'hidden_dim',
    activation: 'activation',
    hiddenDropout: 'dropout',
    attentionDropout: 'attention_dropout',
  },
  hasOwnEpsilon: false,
  tokenTypes: 0,
  takesTokenTypes: false,
  dropsAttentionOutput: false,
};

/** Liu et al. 2019. */
const ROBERTA: EncoderFamily = {
  ...BERT,
  label: 'RoBERTa',
  prefix: 'roberta.',
  takesTokenTypes: false,
  startsBehindPadding: true,
};

/** Clark et al. 2020. */
const ELECTRA: EncoderFamily = {
  ...BERT,
  label: 'ELECTRA',
  prefix: 'electra.',
  embeddingWidth: 128,
};

/** The families that can be trained here, by the `model_type` of their `config.json`. */
const FAMILIES = {
  bert: BERT,
  distilbert: DISTILBERT,
  roberta: ROBERTA,
  'xlm-roberta': { ...ROBERTA, label: 'XLM-RoBERTa' },
  camembert: { ...ROBERTA, label: 'CamemBERT' },
  electra: ELECTRA,
} as const satisfies Record<string, EncoderFamily>;

export type FamilyName = keyof typeof FAMILIES;

export const FAMILY_NAMES = Object.keys(FAMILIES) as FamilyName[];

/** Returns the family of an encoder; a configuration that names none is BERT's. */
export function familyOf({ family = 'bert' }: { family?: FamilyName }): EncoderFamily {
  return FAMILIES[family];
}
