/**
 * Scores a column file with our own scorer: `node test/reference/score-columns.mjs FILE [SCHEME]` prints a ScoreReport as JSON.
 *
 * The file has one word a line, word TAB gold tag TAB predicted tag, and an empty line behind each sentence. A predicted tag of `-` says that
 * the word stood beyond the window.
 */
import { readFileSync } from 'node:fs';
import { runnerImport } from 'vite';

const [file, scheme = 'IOB2'] = process.argv.slice(2);
const source = (name) => new URL(`../../src/ner/${name}.ts`, import.meta.url).pathname;
const { ScoreCounter } = (await runnerImport(source('scores'))).module;
const { tagsToSpans } = (await runnerImport(source('tag-scheme'))).module;

const counter = new ScoreCounter(scheme);
for (const block of readFileSync(file, 'utf8').split('\n\n')) {
  const rows = block.split('\n').filter((line) => line !== '');
  if (rows.length === 0) continue;
  const gold = rows.map((row) => row.split('\t')[1]);
  const predicted = rows.map((row) => row.split('\t')[2]);
  const beyond = predicted.indexOf('-');
  counter.add(tagsToSpans(gold), rows.length, predicted, beyond === -1 ? rows.length : beyond);
}
console.log(JSON.stringify(counter.report()));
