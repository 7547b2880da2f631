import { splitNames, type Sentence, type SplitName } from '../ner/sentence';
import { spansToTags } from '../ner/tag-scheme';

/** Characters collected before they are encoded. */
const CHUNK_CHARACTERS = 1 << 16;

/**
 * The SHA-256 of a corpus: of its words and tags as a file would hold them, so `sha256sum` gives the same.
 *
 * The canonical form is UTF-8: for train, dev and test in turn, if not empty, a line `# split` and each sentence's
 * `word TAB tag` lines (IOB2) with an empty line after. Line numbers, file names and documents do not count.
 */
export class CorpusHash {
  readonly #parts: Record<SplitName, Utf8Parts> = {
    train: new Utf8Parts(),
    dev: new Utf8Parts(),
    test: new Utf8Parts(),
  };

  add(split: SplitName, { words, spans }: Sentence): void {
    const tags = spansToTags(spans, words.length, 'IOB2');
    let rows = '';
    for (const [index, word] of words.entries()) rows += `${word}\t${tags[index]!}\n`;
    this.#parts[split].add(`${rows}\n`);
  }

  /** Hexadecimal, of everything added so far. */
  async digest(): Promise<string> {
    const encoder = new TextEncoder();
    const blobParts: BlobPart[] = [];
    for (const split of splitNames) {
      const parts = this.#parts[split].all();
      if (parts.length > 0) blobParts.push(encoder.encode(`# ${split}\n`), ...parts);
    }
    const bytes = await new Blob(blobParts).arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
  }
}

/** Text that grows, kept as UTF-8: half the size of JavaScript strings, and what is hashed. */
class Utf8Parts {
  readonly #encoder = new TextEncoder();
  readonly #parts: Uint8Array<ArrayBuffer>[] = [];
  #text = '';

  add(text: string): void {
    this.#text += text;
    if (this.#text.length >= CHUNK_CHARACTERS) this.#flush();
  }

  all(): readonly Uint8Array<ArrayBuffer>[] {
    this.#flush();
    return this.#parts;
  }

  #flush(): void {
    if (this.#text !== '') this.#parts.push(this.#encoder.encode(this.#text));
    this.#text = '';
  }
}
