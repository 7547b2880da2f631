import type { CorpusReadingCalls, CorpusWords } from '../../protocol/corpus-reading';
import type { CorpusRecord } from '../../storage/records';
import { describeTrouble, type Trouble } from '../parts/trouble';
import type { Encoders } from './encoders.svelte';
import { recommendEncoder, type EncoderAdvice, type MeasuredTime } from './recommend-encoder';

/** Recommends an encoder for the corpus in hand, and chooses it where the person has not chosen one. */
export class EncoderAdviser {
  /** Words of the corpus in hand; undefined until they were looked at. */
  words = $state.raw<CorpusWords | undefined>();
  trouble = $state.raw<Trouble | undefined>();
  readonly #data: Pick<CorpusReadingCalls, 'describeWords'>;
  readonly #encoders: Encoders;
  /** Key of the text and the encoders that `words` tells of. */
  #seen = '';

  constructor(data: Pick<CorpusReadingCalls, 'describeWords'>, encoders: Encoders) {
    this.#data = data;
    this.#encoders = encoders;
  }

  /** Gives the recommendation; undefined while there is no corpus, or it is being looked at. */
  advise(measured?: MeasuredTime): EncoderAdvice | undefined {
    if (!this.words) return undefined;
    return recommendEncoder(this.#encoders.offers, this.words, measured);
  }

  /** Looks at a corpus, once for the same text and the same encoders; of looks that overlap, only the last counts. */
  async consider(corpus: CorpusRecord | undefined): Promise<void> {
    const ids = this.#encoders.list.map(({ id }) => id);
    const key = corpus ? [corpus.id, corpus.hash, ...ids].join(' ') : '';
    if (key === this.#seen) return;
    const isOther = corpus === undefined || !this.#seen.startsWith(`${corpus.id} ${corpus.hash}`);
    this.#seen = key;
    this.trouble = undefined;
    if (isOther) this.words = undefined;
    if (!corpus) return;
    try {
      const words = await this.#data.describeWords(corpus.id);
      if (key !== this.#seen) return;
      this.words = words;
      this.#encoders.propose(recommendEncoder(this.#encoders.offers, words).offer.id);
    } catch (error) {
      if (key === this.#seen) this.trouble = describeTrouble(error);
    }
  }
}
