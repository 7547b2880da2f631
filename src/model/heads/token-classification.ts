import { dropHidden } from '../../engine/ops/dropout';
import { linear } from '../../engine/ops/linear';
import { seededNormal } from '../../random/seeded-normal';
import { linearWeights } from '../bert-weights';
import { DROPOUT_SITES } from '../dropout-sites';
import { classifierParameterShapes } from '../parameters';
import type { Weights } from '../weights';
import type { Head } from './head';

/** BERT's `initializer_range`. */
const INITIAL_DEVIATION = 0.02;

/**
 * Makes a linear layer over each piece, behind dropout (Devlin et al. 2019, §5.3; Hugging Face's BertForTokenClassification). It starts as
 * BERT's does: weights from normal(0, 0.02), biases 0.
 *
 * @example tokenClassification(9).parameterShapes(config) // classifier.weight [9, hidden], classifier.bias [9]
 */
export function tokenClassification(tagCount: number): Head {
  return {
    outputs: tagCount,
    parameterShapes: (config) => classifierParameterShapes(config, tagCount),
    startingWeights({ hidden }, seed): Weights {
      return new Map([
        [
          'classifier.weight',
          {
            shape: [tagCount, hidden],
            data: seededNormal(tagCount * hidden, INITIAL_DEVIATION, seed),
          },
        ],
        ['classifier.bias', { shape: [tagCount], data: new Float32Array(tagCount) }],
      ]);
    },
    logits(states, parameters, { config, batch, dropout }) {
      const { weight, bias } = linearWeights(parameters, 'classifier');
      const place = dropout && { ...dropout, site: DROPOUT_SITES.head };
      const dropped = place
        ? dropHidden(states, { rate: config.hiddenDropout, place, batch }) // [rows, hidden]
        : states;
      return linear(dropped, weight, bias); // [rows, tags]
    },
  };
}
