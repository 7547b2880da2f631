import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';
import { spansToTags } from '../../ner/tag-scheme';

/** Characters collected before they are encoded. */
const CHUNK_CHARACTERS = 1 << 16;

/**
 * The SHA-256 of a corpus: of its words and tags as a file would hold them, so `sha256sum` gives the same.
 *
 * The canonical form is UTF-8: for train, dev and test in turn, if not empty, a line `# split` and each sentence's
 * `word TAB tag` lines (IOB2) with an empty line after. Line numbers, file names and documents do not count.
 */
export class CorpusHash {
  readonly #hash = sha256.create();
  readonly #texts: Record<SplitName, ChunkedText>;

  constructor() {
    // Train comes first, so its text is hashed as it arrives; the others wait for its end.
    this.#texts = {
      train: new ChunkedText((bytes) => this.#hash.update(bytes)),
      dev: new ChunkedText(),
      test: new ChunkedText(),
    };
  }

  add(split: SplitName, { words, spans }: Sentence): void {
    const tags = spansToTags(spans, words.length, 'IOB2');
    const text = this.#texts[split];
    let rows = text.isEmpty ? `# ${split}\n` : '';
    for (const [index, word] of words.entries()) rows += `${word}\t${tags[index]!}\n`;
    text.add(`${rows}\n`);
  }

  /** Returns the hash of everything added, hexadecimal; nothing can be added after it. */
  digest(): string {
    for (const split of SPLIT_NAMES) {
      for (const bytes of this.#texts[split].end()) this.#hash.update(bytes);
    }
    return bytesToHex(this.#hash.digest());
  }
}

/** Text that grows, encoded as UTF-8 chunk by chunk: handed on at once, or kept until the end. */
class ChunkedText {
  readonly #encoder = new TextEncoder();
  readonly #kept: Uint8Array[] = [];
  readonly #take: (bytes: Uint8Array) => void;
  #text = '';
  #isEmpty = true;

  constructor(take?: (bytes: Uint8Array) => void) {
    this.#take = take ?? ((bytes) => this.#kept.push(bytes));
  }

  get isEmpty(): boolean {
    return this.#isEmpty;
  }

  add(text: string): void {
    this.#isEmpty = false;
    this.#text += text;
    if (this.#text.length >= CHUNK_CHARACTERS) this.#flush();
  }

  /** Encodes the rest and returns the chunks that were kept. */
  end(): readonly Uint8Array[] {
    this.#flush();
    return this.#kept;
  }

  #flush(): void {
    if (this.#text !== '') this.#take(this.#encoder.encode(this.#text));
    this.#text = '';
  }
}
