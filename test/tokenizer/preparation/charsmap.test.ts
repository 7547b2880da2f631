import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SeededRandom } from '../../../src/random/seeded-random';
import { alignedText } from '../../../src/tokenizer/preparation/aligned-text';
import { Charsmap } from '../../../src/tokenizer/preparation/charsmap';

const golden = JSON.parse(readFileSync('test/reference/golden/unigram.json', 'utf8')) as {
  tokenizer: { normalizer: { precompiled_charsmap: string } };
  cases: { texts: { text: string }[] }[];
};
const base64 = golden.tokenizer.normalizer.precompiled_charsmap;

test('what is put in stands for what was there; what is dropped belongs to the character before', () => {
  const charsmap = new Charsmap(base64);
  const { text, starts, ends } = charsmap.normalize(alignedText('aﬁ e\u0301b\u0001c', 0, 8));
  expect(text).toBe('afi ébc');
  expect(starts).toEqual([0, 1, 1, 2, 3, 5, 7]);
  expect(ends).toEqual([1, 2, 2, 3, 4, 6, 8]);
});

test('bytes changed, cut off or put in at random: a charsmap is refused, or gives texts of bounded length', () => {
  const seeded = new SeededRandom(16);
  const random = () => seeded.nextUint32() / 2 ** 32;
  const texts = golden.cases[0]!.texts.slice(0, 40).map(({ text }) => text);
  let [refused, read] = [0, 0];
  for (let round = 0; round < 1000; round++) {
    const bytes = [...Buffer.from(base64, 'base64')];
    for (let change = 0; change < 1 + (round % 8); change++) {
      const at = Math.floor(random() * bytes.length);
      const kind = random();
      if (kind < 0.6) bytes[at] = Math.floor(random() * 256);
      else if (kind < 0.8) bytes.splice(at, 1 + Math.floor(random() * 200));
      else bytes.splice(at, 0, Math.floor(random() * 256));
    }
    try {
      const charsmap = new Charsmap(Buffer.from(bytes).toString('base64'));
      const text = texts[round % texts.length]!;
      const normalized = charsmap.normalize(alignedText(text, 0, text.length));
      expect(normalized.text.length).toBeLessThanOrEqual(255 * text.length);
      expect(normalized.starts).toHaveLength(normalized.text.length);
      expect(normalized.starts.every((start) => start >= 0 && start <= text.length)).toBe(true);
      read++;
    } catch (error) {
      expect(String(error)).toMatch(/^Error: (?:tokenizer\.json: )?precompiled_charsmap/);
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(50);
  expect(read).toBeGreaterThan(50);
});
