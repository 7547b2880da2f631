// Encodes texts with our tokenizer of a tokenizer.json, for Python scripts to compare: node encode-texts.mjs TOKENIZER_JSON TEXTS RESULT.
// TEXTS is a JSON list of strings; RESULT gets the ids, starts and ends of each text in turn as i32, each text closed by -1.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { module } = await runnerImport(`${root}src/tokenizer/tokenizer-kinds.ts`, {
  root,
  configFile: false,
  logLevel: 'warn',
});
const [tokenizerPath, textsPath, resultPath] = process.argv.slice(2);
const started = performance.now();
const { pieces, ...described } = module.readTokenizerFiles({
  tokenizer: readFileSync(tokenizerPath, 'utf8'),
});
const read = performance.now();
const tokenizer = module.createTokenizer({ vocabulary: pieces, ...described });
const made = performance.now();
const numbers = [];
for (const text of JSON.parse(readFileSync(textsPath, 'utf8'))) {
  const { pieceIds, starts, ends } = tokenizer.encodeText(text);
  for (const list of [pieceIds, starts, ends]) for (const number of list) numbers.push(number);
  numbers.push(-1);
}
writeFileSync(resultPath, Int32Array.from(numbers));
const seconds = (ms) => (ms / 1000).toFixed(2);
console.log(
  `ours: tokenizer.json read in ${seconds(read - started)} s, tokenizer made in ${seconds(made - read)} s, texts encoded in ${seconds(performance.now() - made)} s`,
);
