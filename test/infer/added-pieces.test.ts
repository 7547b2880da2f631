import { expect, test } from 'vitest';
import { createAnnotator } from '../../src/infer/annotate';
import { tinyPieces } from '../tokenizer/tiny-vocabulary';

test('the model of a file reads added pieces whole, as it did in training', async () => {
  const vocabulary = [...tinyPieces('har', '##bour', '##s', 's'), 'harbour'];
  const id = vocabulary.indexOf('harbour');
  const seen: number[][] = [];
  const annotator = createAnnotator({
    metadata: {
      ...{ vocabulary, lowercase: true, maxPieces: 8, tags: ['O'] },
      addedPieces: [{ content: 'harbour', id, normalized: true, inVocabulary: false }],
    },
    logits: (sequences) => {
      for (const sequence of sequences) seen.push([...sequence]);
      const pieces = Math.max(...sequences.map(({ length }) => length));
      const logits = new Float32Array(sequences.length * pieces);
      return Promise.resolve({ logits, batch: sequences.length, pieces, tags: 1 });
    },
  });
  await annotator.annotate('Harbours');
  // Behind an added piece a word begins anew: "s", not "##s".
  expect(seen).toEqual([
    ['[CLS]', 'harbour', 's', '[SEP]'].map((piece) => vocabulary.indexOf(piece)),
  ]);
});
