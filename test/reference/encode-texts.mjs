// Encodes texts with our tokenizer, for Python scripts to compare: node encode-texts.mjs FILES TEXTS RESULT [words].
// FILES is a tokenizer.json or a folder of tokenizer files, TEXTS a JSON list of strings; RESULT gets the ids, starts and ends of each text in
// turn as i32, each text closed by -1. With `words`, each text is a corpus word by itself, and RESULT has its ids alone.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { module } = await runnerImport(`${root}src/tokenizer/tokenizer-kinds.ts`, {
  root,
  configFile: false,
  logLevel: 'warn',
});
const [path, textsPath, resultPath, mode] = process.argv.slice(2);
const started = performance.now();
const { pieces, ...described } = module.readTokenizerFiles(
  statSync(path).isDirectory() ? filesOf(path) : { tokenizer: readFileSync(path, 'utf8') },
);
const read = performance.now();
const tokenizer = module.createTokenizer({ vocabulary: pieces, ...described });
const made = performance.now();
const numbers = [];
for (const text of JSON.parse(readFileSync(textsPath, 'utf8'))) {
  const { pieceIds, starts, ends } =
    mode === 'words' ? { pieceIds: tokenizer.encodeWord(text) } : tokenizer.encodeText(text);
  for (const list of [pieceIds, starts ?? [], ends ?? []])
    for (const number of list) numbers.push(number);
  numbers.push(-1);
}
writeFileSync(resultPath, Int32Array.from(numbers));
const seconds = (ms) => (ms / 1000).toFixed(2);
console.log(
  `ours: files read in ${seconds(read - started)} s, tokenizer made in ${seconds(made - read)} s, texts encoded in ${seconds(performance.now() - made)} s`,
);

function filesOf(folder) {
  const names = {
    vocabulary: 'vocab.txt',
    tokenizer: 'tokenizer.json',
    pieceIds: 'vocab.json',
    merges: 'merges.txt',
    settings: 'tokenizer_config.json',
    specials: 'special_tokens_map.json',
    added: 'added_tokens.json',
    configuration: 'config.json',
  };
  const files = {};
  for (const [key, name] of Object.entries(names)) {
    if (existsSync(`${folder}/${name}`)) files[key] = readFileSync(`${folder}/${name}`, 'utf8');
  }
  for (const name of ['sentencepiece.bpe.model', 'spiece.model']) {
    if (existsSync(`${folder}/${name}`))
      files.sentencePiece = { name, bytes: readFileSync(`${folder}/${name}`) };
  }
  return files;
}
