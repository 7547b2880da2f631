import { expect, test } from 'vitest';
import { groupParameters } from '../../../src/train/optimizer/parameter-groups';

const [word, query, norm] = [
  'bert.embeddings.word_embeddings.weight',
  'bert.encoder.layer.0.attention.self.query.weight',
  'bert.embeddings.LayerNorm.weight',
];
const keys = [word, norm, query, 'classifier.weight', 'classifier.bias'];

test('parameters are apart by weight decay, and the head with them where it learns at the same rate', () => {
  const groups = [
    { keys: [word, query, 'classifier.weight'], learningRateFactor: 1, weightDecay: 0.1 },
    { keys: [norm, 'classifier.bias'], learningRateFactor: 1, weightDecay: 0 },
  ];
  expect(groupParameters(keys, { weightDecay: 0.1 })).toEqual(groups);
  expect(groupParameters(keys, { weightDecay: 0.1, headRate: 1 })).toEqual(groups);
});

test('a head with a rate of its own is two groups more, behind the encoder’s', () => {
  expect(groupParameters(keys, { weightDecay: 0.1, headRate: 10 })).toEqual([
    { keys: [word, query], learningRateFactor: 1, weightDecay: 0.1 },
    { keys: [norm], learningRateFactor: 1, weightDecay: 0 },
    { keys: ['classifier.weight'], learningRateFactor: 10, weightDecay: 0.1 },
    { keys: ['classifier.bias'], learningRateFactor: 10, weightDecay: 0 },
  ]);
});

test('a group without parameters is none', () => {
  expect(groupParameters(['classifier.bias'], { weightDecay: 0, headRate: 0.5 })).toEqual([
    { keys: ['classifier.bias'], learningRateFactor: 0.5, weightDecay: 0 },
  ]);
});
