import { expect, test } from 'vitest';
import { doubtsAbout } from '../../../src/studio/corpus/corpus-doubts';

const labels = ['PER'];
const split = (entities: number) => ({
  ...{ documents: 1, sentences: 2, words: 9, entities },
  entitiesByLabel: entities > 0 ? { PER: entities } : {},
});

test('a dev split without entities is a warning that names what decides', () => {
  const { warning, obstacle } = doubtsAbout({
    labels,
    statistics: { train: split(3), dev: split(0) },
  });
  expect(warning).toContain('The dev split has no entity');
  expect(warning).toContain('the lower loss on dev decides');
  expect(obstacle).toBeUndefined();
});

test('a train split without entities is an obstacle', () => {
  const { obstacle } = doubtsAbout({ labels, statistics: { train: split(0), dev: split(3) } });
  expect(obstacle).toContain('nothing to learn');
});

test('a corpus with entities in both raises none', () => {
  expect(doubtsAbout({ labels, statistics: { train: split(3), dev: split(1) } })).toEqual({});
});
