import { readTokenizerFiles, type TokenizerDescription } from '../../tokenizer/tokenizer-kinds';
import { baseName, findFile, findSentencePiece, tokenizerSource } from './encoder-folder-files';
import type { NamedBlob } from './named-blob';
import { assertNoPointer, readTextFile } from './read-text-file';
import { unpackTextFile } from './unpack-text-file';

/** Reads the tokenizer of a Hugging Face folder. @throws for a kind that is not read, or a setting that is not supported. */
export async function readTokenizer(files: readonly NamedBlob[]): Promise<TokenizerDescription> {
  const source = tokenizerSource(files);
  const text = (name: string) => readTextFile(findFile(files, name));
  const pairs = source === 'vocab.json';
  return readTokenizerFiles({
    vocabulary: await text('vocab.txt'),
    tokenizer:
      (await text('tokenizer.json')) ??
      (await unpackTextFile(findFile(files, 'tokenizer.json.gz'))),
    pieceIds: pairs ? await text('vocab.json') : undefined,
    merges: pairs ? await text('merges.txt') : undefined,
    sentencePiece: await readSentencePiece(files, source),
    settings: await text('tokenizer_config.json'),
    specials: await text('special_tokens_map.json'),
    added: await text('added_tokens.json'),
    configuration: await text('config.json'),
  });
}

/** Reads the model file of SentencePiece where it is what the pieces are read from. */
async function readSentencePiece(files: readonly NamedBlob[], source: string | undefined) {
  const file = findSentencePiece(files);
  const name = file && baseName(file.name);
  if (!file || name === undefined || name !== source) return undefined;
  await assertNoPointer(file.blob, name);
  return { name, bytes: new Uint8Array(await file.blob.arrayBuffer()) };
}
