import { WordTraitsTally } from '../../data/language/word-traits';
import { SPLIT_NAMES } from '../../ner/sentence';
import type { CorpusWords, TokenizerFit } from '../../protocol/corpus-reading';
import { readStoredSentences } from '../../storage/corpora/corpora';
import { listEncoders } from '../../storage/encoders';
import type { CorpusId } from '../../storage/records';
import type { Database } from '../../storage/schema';
import type { Tokenizer } from '../../tokenizer/tokenizer';
import { loadTokenizer } from '../encoder/stored-encoder';

/** Words that are looked at: enough to tell scripts that are rare in a corpus, read in a second. */
const MOST_WORDS = 300_000;
/** Words that each tokenizer cuts. */
const MOST_CUT = 5_000;

/**
 * Tells what decides which encoder suits a corpus: its language and its scripts, its capitals, and how the tokenizers of the stored encoders
 * cut its words.
 *
 * @throws an Error where the corpus is gone or read anew meanwhile.
 */
export async function describeWords(database: Database, id: CorpusId): Promise<CorpusWords> {
  const tally = new WordTraitsTally();
  const sample: string[] = [];
  let read = 0;
  for (const split of SPLIT_NAMES) {
    for await (const chunk of readStoredSentences(database, id, split)) {
      if (read > MOST_WORDS) break;
      for (const sentence of chunk) {
        tally.add(sentence);
        read += sentence.words.length;
        if (sample.length < MOST_CUT) sample.push(...sentence.words);
      }
    }
  }
  const fits: TokenizerFit[] = [];
  for (const encoder of await listEncoders(database))
    fits.push({ encoderId: encoder.id, ...fitOf(await loadTokenizer(database, encoder), sample) });
  return { ...tally.traits(), fits };
}

/** Measures how a tokenizer cuts words. A word of which no piece is left counts as unknown. */
function fitOf(
  tokenizer: Tokenizer,
  words: readonly string[],
): Pick<TokenizerFit, 'piecesPerWord' | 'unknownShare'> {
  const { unknownId } = tokenizer.vocabulary;
  let [pieces, unknown] = [0, 0];
  for (const word of words) {
    const ids = tokenizer.encodeWord(word);
    pieces += ids.length;
    if (ids.length === 0 || ids.includes(unknownId)) unknown += 1;
  }
  const count = Math.max(1, words.length);
  return { piecesPerWord: pieces / count, unknownShare: unknown / count };
}
