/** A setting of `config.json` that changes what the encoder computes. */
export interface RequiredSetting {
  key: string;
  /** The only value that is computed here. */
  value: unknown;
  /** Value that Hugging Face takes where the setting is absent. */
  absent: unknown;
}

/** Encoders with the layers of BERT that differ in their embeddings, and in how their files call their weights. */
export interface EncoderFamily {
  /** Beginning of the encoder's tensor names in a file; in the model they begin with `bert.` in every family. */
  readonly prefix: string;
  /** Entry of the position table that a sentence's first piece has; the entries before it are never looked up. */
  readonly firstPosition: number;
  /** Token types where `config.json` does not say. */
  readonly tokenTypes: number;
  /** Epsilon of the layer norms where `config.json` does not say. */
  readonly layerNormEpsilon: number;
  /** Tensors among the encoder's that no head here needs. */
  readonly passedOver: readonly RegExp[];
  readonly requiredSettings: readonly RequiredSetting[];
}

const POOLER = /^bert\.pooler\./;
const POSITION_IDS = /^bert\.embeddings\.position_ids$/;

/** The families that can be trained here, by the `model_type` of their `config.json`. */
const FAMILIES = {
  bert: {
    prefix: 'bert.',
    firstPosition: 0,
    tokenTypes: 2,
    layerNormEpsilon: 1e-12,
    passedOver: [POOLER, POSITION_IDS],
    requiredSettings: [
      { key: 'hidden_act', value: 'gelu', absent: 'gelu' },
      { key: 'position_embedding_type', value: 'absolute', absent: 'absolute' },
      { key: 'is_decoder', value: false, absent: false },
      { key: 'is_encoder_decoder', value: false, absent: false },
      { key: 'add_cross_attention', value: false, absent: false },
    ],
  },
} as const satisfies Record<string, EncoderFamily>;

export type FamilyName = keyof typeof FAMILIES;

export const FAMILY_NAMES = Object.keys(FAMILIES) as FamilyName[];

/** Returns the family of an encoder; a configuration that names none is BERT's. */
export function familyOf({ family = 'bert' }: { family?: FamilyName }): EncoderFamily {
  return FAMILIES[family];
}
