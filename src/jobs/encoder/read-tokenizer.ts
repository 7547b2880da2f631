import { readTokenizerFiles, type TokenizerDescription } from '../../tokenizer/tokenizer-kinds';
import { baseName, findFile, findSentencePiece, tokenizerSource } from './encoder-folder-files';
import type { NamedBlob } from './named-blob';
import { assertNoPointer, readTextFile } from './read-text-file';

/** Reads the tokenizer of a Hugging Face folder. @throws for a kind that is not read, or a setting that is not supported. */
export async function readTokenizer(files: readonly NamedBlob[]): Promise<TokenizerDescription> {
  const text = (name: string) => readTextFile(findFile(files, name));
  return readTokenizerFiles({
    vocabulary: await text('vocab.txt'),
    tokenizer: await text('tokenizer.json'),
    pieceIds: await text('vocab.json'),
    merges: await text('merges.txt'),
    sentencePiece: await readSentencePiece(files),
    settings: await text('tokenizer_config.json'),
    specials: await text('special_tokens_map.json'),
    added: await text('added_tokens.json'),
    configuration: await text('config.json'),
  });
}

/** Reads the model file of SentencePiece where it is what the pieces are read from. */
async function readSentencePiece(files: readonly NamedBlob[]) {
  const file = findSentencePiece(files);
  if (!file || tokenizerSource(files) !== baseName(file.name)) return undefined;
  const name = baseName(file.name);
  await assertNoPointer(file.blob, name);
  return { name, bytes: new Uint8Array(await file.blob.arrayBuffer()) };
}
