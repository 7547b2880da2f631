import { readFileSync } from 'node:fs';
import { keptTokenizer } from '../../src/storage/kept-tokenizer';
import type { TextEncoding } from '../../src/tokenizer/encoding';
import { type KeptTokenizer, readTokenizerFiles } from '../../src/tokenizer/tokenizer-kinds';

type Json = Record<string, unknown>;

/** One tokenizer and what Hugging Face's Rust tokenizer makes of texts and of words by themselves. */
export interface FamilyCase {
  name: string;
  /** Files of its folder by their names; of `tokenizer.json` the parts that are not the first case's. */
  files: Record<string, string | Json>;
  texts: ({ text: string } & TextEncoding)[];
  words: { word: string; pieceIds: number[] }[];
}

/** Reads the cases of a kind, their files whole. */
export function familyCases(kind: 'byte-level' | 'sentence-piece' | 'word-piece'): FamilyCase[] {
  const path = `test/reference/golden/${kind}.json`;
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: FamilyCase[] };
  const before = new Map<string, string>();
  const first = cases[0]!.files['tokenizer.json'];
  const base = typeof first === 'string' ? (JSON.parse(first) as Json) : {};
  return cases.map((own) => ({
    ...own,
    files: Object.fromEntries(
      Object.entries(own.files).map(([name, content]) => {
        if (typeof content !== 'string') return [name, JSON.stringify({ ...base, ...content })];
        if (content !== 'as before') before.set(name, content);
        return [name, before.get(name)!];
      }),
    ),
  }));
}

/** Reads a case's files, and keeps of them what a record keeps. */
export function keptOf({ files }: FamilyCase): KeptTokenizer {
  const own = files as Record<string, string>;
  const model = ['sentencepiece.bpe.model', 'spiece.model'].find((name) => own[name] !== undefined);
  const { pieces, ...described } = readTokenizerFiles({
    tokenizer: own['tokenizer.json'],
    pieceIds: own['vocab.json'],
    merges: own['merges.txt'],
    settings: own['tokenizer_config.json'],
    configuration: own['config.json'],
    sentencePiece:
      model === undefined ? undefined : { name: model, bytes: Buffer.from(own[model]!, 'base64') },
  });
  return structuredClone(keptTokenizer({ vocabulary: pieces, ...described }));
}
