import { blockUntilReady, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import type { BertConfig } from '../src/model/bert-config';
import { isDecayFree, layerKey } from '../src/model/parameters';
import type { Weights } from '../src/model/weights';
import type { BenchBatch } from './train-cpu-messages';

// The peer: BERT and AdamW on jax-js as published, written with its own functions and jitted as a whole, as its documentation advises.
// Linear weights stay [out, in], which was a little faster here than [in, out]. Without dropout, which could only make it slower. A function
// owns the arrays it is given: `.ref` is one use more.

type Parameters = Record<string, np.Array>;
type State = { parameters: Parameters; m: Parameters; v: Parameters }; // jax-js wants a type, not an interface

const [beta1, beta2, epsilon, weightDecay, clipNorm] = [0.9, 0.999, 1e-8, 0.01, 1];

export class JaxTrainer {
  readonly #step: (
    state: State,
    pieceIds: np.Array,
    labelIds: np.Array,
    corrections: np.Array,
  ) => { loss: np.Array; state: State };
  #state: State;
  #steps = 0;

  constructor(config: BertConfig, weights: Weights, learningRate: number) {
    const state: State = { parameters: {}, m: {}, v: {} };
    for (const [key, { shape, data }] of weights) {
      const parameter = np.array(data).reshape([...shape]);
      state.m[key] = np.zerosLike(parameter.ref);
      state.v[key] = np.zerosLike(parameter.ref);
      state.parameters[key] = parameter;
    }
    this.#state = state;
    this.#step = jit(
      (state: State, pieceIds: np.Array, labelIds: np.Array, corrections: np.Array) => {
        const [loss, gradients] = valueAndGrad(
          (parameters: Parameters, pieceIds: np.Array, labelIds: np.Array) =>
            crossEntropy(classify(config, parameters, pieceIds), labelIds),
        )(tree.ref(state.parameters), pieceIds, labelIds);
        return { loss, state: adamw(state, gradients, corrections, learningRate) };
      },
    );
  }

  /** One step, done when this resolves. Returns the loss before it. */
  async step({ batch, pieces, pieceIds, labelIds }: BenchBatch): Promise<number> {
    this.#steps++;
    const { loss, state } = this.#step(
      this.#state,
      np.array(pieceIds).reshape([batch, pieces]),
      np.array(labelIds),
      np.array([1 - beta1 ** this.#steps, 1 - beta2 ** this.#steps]),
    );
    this.#state = state;
    await blockUntilReady(state);
    return (await loss.jsAsync()) as number;
  }
}

/** pieceIds i32[batch, pieces] → logits f32[batch · pieces, tags]. */
function classify(config: BertConfig, parameters: Parameters, pieceIds: np.Array): np.Array {
  const { hidden, heads, layers } = config;
  const [batch, pieces] = pieceIds.shape as [number, number];
  const take = (key: string) => parameters[key]!; // each once
  const linear = (x: np.Array, key: string) =>
    np.matmul(x, take(`${key}.weight`).transpose()).add(take(`${key}.bias`));
  const norm = (x: np.Array, key: string) =>
    nn
      .standardize(x, -1, { epsilon: config.layerNormEpsilon })
      .mul(take(`${key}.weight`))
      .add(take(`${key}.bias`));
  const embeddings = 'bert.embeddings';
  const words = np.take(take(`${embeddings}.word_embeddings.weight`), pieceIds, 0);
  const positions = take(`${embeddings}.position_embeddings.weight`).slice([0, pieces]);
  const firstType = take(`${embeddings}.token_type_embeddings.weight`).slice(0);
  const embedded = words
    .add(positions)
    .add(firstType)
    .reshape([batch * pieces, hidden]);
  let x = norm(embedded, `${embeddings}.LayerNorm`);
  for (let layer = 0; layer < layers; layer++) {
    const key = layerKey(layer);
    const split = (name: string) =>
      linear(x.ref, `${key}.attention.self.${name}`).reshape([
        batch,
        pieces,
        heads,
        hidden / heads,
      ]);
    const context = nn.dotProductAttention(split('query'), split('key'), split('value'));
    const attended = linear(
      context.reshape([batch * pieces, hidden]),
      `${key}.attention.output.dense`,
    );
    x = norm(x.add(attended), `${key}.attention.output.LayerNorm`);
    const wide = nn.gelu(linear(x.ref, `${key}.intermediate.dense`), { approximate: false });
    x = norm(x.add(linear(wide, `${key}.output.dense`)), `${key}.output.LayerNorm`);
  }
  return linear(x, 'classifier');
}

/** The mean over all pieces. */
function crossEntropy(logits: np.Array, labelIds: np.Array): np.Array {
  const [rows, tags] = logits.shape as [number, number];
  return nn
    .logSoftmax(logits)
    .mul(nn.oneHot(labelIds, tags))
    .sum()
    .mul(-1 / rows);
}

/** Clipping by the global norm, then AdamW as in torch.optim. corrections f32[2]: 1 − βᵗ. */
function adamw(
  { parameters, m, v }: State,
  gradients: Parameters,
  corrections: np.Array,
  learningRate: number,
): State {
  const squares = Object.values(gradients).map((gradient) => np.square(gradient.ref).sum());
  const norm = np.sqrt(squares.reduce((a, b) => a.add(b)));
  const factor = np.minimum(1, np.reciprocal(norm.add(1e-6)).mul(clipNorm));
  const [correction1, correction2] = [corrections.ref.slice(0), corrections.slice(1)];
  const next: State = { parameters: {}, m: {}, v: {} };
  for (const key of Object.keys(parameters)) {
    const gradient = gradients[key]!.mul(factor.ref);
    const nextM = m[key]!.mul(beta1).add(gradient.ref.mul(1 - beta1));
    const nextV = v[key]!.mul(beta2).add(np.square(gradient).mul(1 - beta2));
    const root = np.sqrt(nextV.ref.div(correction2.ref)).add(epsilon);
    const update = nextM.ref.div(correction1.ref).div(root).mul(learningRate);
    const kept = isDecayFree(key)
      ? parameters[key]!
      : parameters[key]!.mul(1 - learningRate * weightDecay);
    next.parameters[key] = kept.sub(update);
    next.m[key] = nextM;
    next.v[key] = nextV;
  }
  for (const array of [factor, correction1, correction2]) array.dispose();
  return next;
}
