import { expect, test } from 'vitest';
import { readEncoderFolder } from '../../../src/jobs/encoder/read-encoder-folder';
import { randomBert } from '../../../src/model/random-bert';
import { writeSafetensors } from '../../../src/model/safetensors/safetensors';
import { keptTokenizer } from '../../../src/storage/kept-tokenizer';
import { createTokenizer } from '../../../src/tokenizer/tokenizer-kinds';
import { familyCases, keptOf } from '../../tokenizer/family-golden';
import { smallConfig, smallSettings } from './small-bert';

test.each([
  ['byte-level', 'vocab.json and merges.txt'],
  ['sentence-piece', 'CamemBERT, by its class'],
  ['sentence-piece', 'ALBERT'],
  ['word-piece', 'settings before tokenizer.json'],
] as const)('a folder with the %s tokenizer of the case %s is read whole', async (kind, name) => {
  const own = familyCases(kind).find((each) => each.name === name)!;
  const count = keptOf(own).vocabulary.length;
  const files = Object.entries(own.files as Record<string, string>).map(([file, content]) => ({
    name: `encoder/${file}`,
    blob: new Blob([file.endsWith('.model') ? Buffer.from(content, 'base64') : content]),
  }));
  const config = { ...smallSettings, vocab_size: count };
  const weights = randomBert({ ...smallConfig, vocabularySize: count }, 1);
  const folder = await readEncoderFolder([
    ...files.filter((file) => file.name !== 'encoder/config.json'),
    { name: 'encoder/config.json', blob: new Blob([JSON.stringify(config)]) },
    { name: 'encoder/model.safetensors', blob: new Blob(writeSafetensors(weights)) },
  ]);
  const tokenizer = createTokenizer(keptTokenizer({ ...folder, vocabulary: folder.pieces }));
  for (const { text, ...expected } of own.texts) {
    expect([text, tokenizer.encodeText(text)]).toEqual([text, expected]);
  }
});
