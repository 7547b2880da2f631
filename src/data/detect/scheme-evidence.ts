import { continuesEntity, splitTag, type TagScheme } from '../../ner/tag-scheme';
import type { FormatQuestion } from '../format/detected-format';
import type { ReadTag } from '../format/tag-notation';

export interface SchemeVerdict {
  scheme: TagScheme;
  /** e.g. `IOB1, because I- after O starts 23,124 entities`. */
  evidence: string;
  /** Asked where the tags fit other schemes too. */
  question?: FormatQuestion;
}

/** A minority of entity starts below this share is damage (MobIE has 1 % of I- after O), above it a question. */
const DAMAGE_SHARE = 0.2;

const OUTSIDE = splitTag('O');

/** Counts how a corpus' tags begin and end entities, and says which scheme writes them so. */
export class SchemeEvidence {
  #previous = OUTSIDE;
  readonly #prefixes = new Map<string, number>();
  #bare = 0;
  /** I- after O or at a sentence's start: how IOB1 begins an entity, and what IOB2 forbids. */
  #insideStarts = 0;
  /** B- where no entity of its label ends: how IOB2 begins an entity, and what IOB1 forbids. */
  #freshBegins = 0;

  /** `parts` is what the file's notation reads. */
  add({ parts, letter }: Pick<ReadTag, 'parts' | 'letter'>): void {
    if (parts.prefix === '') {
      this.#bare++;
    } else if (parts.prefix !== 'O') {
      this.#prefixes.set(letter, this.#count(letter) + 1); // L and U tell BILOU from IOBES
      if (parts.prefix === 'I' && this.#previous.prefix === 'O') this.#insideStarts++;
      if (parts.prefix === 'B' && !continuesEntity(this.#previous, { ...parts, prefix: 'I' })) {
        this.#freshBegins++;
      }
    }
    this.#previous = parts;
  }

  endSentence(): void {
    this.#previous = OUTSIDE;
  }

  verdict(): SchemeVerdict {
    const [begins, insides] = [this.#count('B'), this.#count('I')];
    const closing = ['E', 'S', 'L', 'U', 'M', 'W'].reduce(
      (sum, letter) => sum + this.#count(letter),
      0,
    );
    const prefixed = begins + insides + closing;
    if (prefixed + this.#bare === 0) {
      return assumed('IOB2', 'no entity occurs', ['IOB1', 'IOBES', 'IO']);
    }
    if (this.#bare > prefixed) {
      return decided(
        'IO',
        `${amount(this.#bare, 'entity word carries', 'entity words carry')} a bare label`,
      );
    }
    if (closing > prefixed * DAMAGE_SHARE) return this.#closedVerdict();
    if (begins === 0) {
      return assumed('IO', 'only I- tags occur, which IOB1 would read the same', ['IOB1']);
    }
    if (insides === 0) {
      const reason = 'only B- tags occur, which other schemes could mean too';
      return assumed('IOB2', reason, ['IOB1', 'IOBES']);
    }
    return this.#openVerdict();
  }

  #closedVerdict(): SchemeVerdict {
    const isBilou = this.#count('L') + this.#count('U') > this.#count('E') + this.#count('S');
    const middles = this.#count('M');
    const [end, single] = [isBilou ? 'L' : 'E', isBilou ? 'U' : this.#count('W') > 0 ? 'W' : 'S'];
    const evidence =
      (middles > 0 ? `M- goes on with one in ${amount(middles, 'word', 'words')}, ` : '') +
      `${end}- ends ${amount(this.#count(end), 'entity', 'entities')} and ` +
      `${single}- stands for ${this.#count(single).toLocaleString('en')} of one word`;
    const letters = isBilou ? 'BILOU' : middles > 0 ? (single === 'W' ? 'BMEWO' : 'BMES') : '';
    const verdict = decided('IOBES', evidence);
    return letters === ''
      ? verdict
      : {
          ...verdict,
          evidence: `IOBES in ${letters}'${letters.endsWith('S') ? '' : 's'} letters, because ${evidence}`,
        };
  }

  #openVerdict(): SchemeVerdict {
    const [inside, begin] = [this.#insideStarts, this.#freshBegins];
    const isIob1 = inside > begin;
    const [scheme, reason, against, minority] = isIob1
      ? ([
          'IOB1',
          `I- after O starts ${amount(inside, 'entity', 'entities')}`,
          'B- starts',
          begin,
        ] as const)
      : ([
          'IOB2',
          `B- starts ${amount(this.#count('B'), 'entity', 'entities')}`,
          'I- after O starts',
          inside,
        ] as const);
    const evidence =
      minority === 0 ? reason : `${reason}, though ${against} ${minority.toLocaleString('en')}`;
    return minority > Math.max(inside, begin) * DAMAGE_SHARE
      ? assumed(scheme, evidence, [isIob1 ? 'IOB2' : 'IOB1'])
      : decided(scheme, evidence);
  }

  #count(letter: string): number {
    return this.#prefixes.get(letter) ?? 0;
  }
}

function decided(scheme: TagScheme, reason: string): SchemeVerdict {
  return { scheme, evidence: `${scheme}, because ${reason}` };
}

function assumed(scheme: TagScheme, reason: string, others: readonly TagScheme[]): SchemeVerdict {
  const evidence = `${scheme} is assumed, because ${reason}`;
  const readings = [scheme, ...others].map((each) => ({
    title: each,
    change: { scheme: each },
  }));
  return {
    scheme,
    evidence,
    question: { aspect: 'scheme', text: `Which tag scheme is it? ${evidence}.`, readings },
  };
}

function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
