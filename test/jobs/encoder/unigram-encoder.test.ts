import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEncoderFolder } from '../../../src/jobs/encoder/read-encoder-folder';
import { randomBert } from '../../../src/model/random-bert';
import { writeSafetensors } from '../../../src/model/safetensors/safetensors';
import { keptTokenizer } from '../../../src/storage/kept-tokenizer';
import { createTokenizer } from '../../../src/tokenizer/tokenizer-kinds';
import { smallConfig, smallSettings } from './small-bert';

const { tokenizer } = JSON.parse(readFileSync('test/reference/golden/unigram.json', 'utf8')) as {
  tokenizer: { model: { vocab: [string, number][] } };
};
const count = tokenizer.model.vocab.length;

test('a BERT with a SentencePiece vocabulary is read, and its record makes the tokenizer again', async () => {
  const settings = { ...smallSettings, vocab_size: count };
  const config = { ...smallConfig, vocabularySize: count };
  const folder = await readEncoderFolder([
    { name: 'config.json', blob: new Blob([JSON.stringify(settings)]) },
    { name: 'tokenizer.json', blob: new Blob([JSON.stringify(tokenizer)]) },
    { name: 'model.safetensors', blob: new Blob(writeSafetensors(randomBert(config, 1))) },
  ]);
  expect(folder.tokenizerKind).toBe('unigram');
  const record = structuredClone(keptTokenizer({ ...folder, vocabulary: folder.pieces }));
  const made = createTokenizer(record);
  expect(made.vocabulary.classifierId).toBe(folder.pieces.indexOf('<s>'));
  const { pieceIds, starts, ends } = made.encodeText('Rostock und Lübeck');
  expect(pieceIds).not.toContain(made.vocabulary.unknownId);
  expect([starts[0], ends.at(-1)]).toEqual([0, 18]);
});
