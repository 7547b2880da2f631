import { continuesEntity, splitTag, type TagScheme } from '../ner/tag-scheme';

export interface SchemeVerdict {
  scheme: TagScheme;
  /** e.g. `IOB1, because I- after O starts 23,124 entities`. */
  evidence: string;
  ambiguous: boolean;
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

  add(tag: string): void {
    const parts = splitTag(tag);
    if (parts.prefix === '') {
      this.#bare++;
    } else if (parts.prefix !== 'O') {
      const letter = tag.charAt(0); // L and U tell BILOU from IOBES
      this.#prefixes.set(letter, this.#count(letter) + 1);
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
    const closing = ['E', 'S', 'L', 'U'].reduce((sum, letter) => sum + this.#count(letter), 0);
    const prefixed = begins + insides + closing;
    if (prefixed + this.#bare === 0) {
      return assumed('IOB2', 'IOB2 is assumed, because no entity occurs');
    }
    if (this.#bare > prefixed) {
      return decided(
        'IO',
        `${amount(this.#bare, 'entity word carries', 'entity words carry')} a bare label`,
      );
    }
    if (closing > prefixed * DAMAGE_SHARE) return this.#closedVerdict();
    if (begins === 0) {
      return assumed(
        'IO',
        'IO is assumed, because only I- tags occur, which IOB1 would read the same',
      );
    }
    if (insides === 0) {
      return assumed(
        'IOB2',
        'IOB2 is assumed, because only B- tags occur, which other schemes could mean too',
      );
    }
    return this.#openVerdict();
  }

  #closedVerdict(): SchemeVerdict {
    const isBilou = this.#count('L') + this.#count('U') > this.#count('E') + this.#count('S');
    const [end, single] = isBilou ? (['L', 'U'] as const) : (['E', 'S'] as const);
    const evidence =
      `${end}- ends ${amount(this.#count(end), 'entity', 'entities')} and ` +
      `${single}- stands for ${this.#count(single).toLocaleString('en')} of one word`;
    const verdict = decided('IOBES', evidence);
    return isBilou
      ? { ...verdict, evidence: `IOBES in BILOU's letters, because ${evidence}` }
      : verdict;
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
      ? assumed(scheme, `${scheme} is assumed, because ${evidence}`)
      : decided(scheme, evidence);
  }

  #count(letter: string): number {
    return this.#prefixes.get(letter) ?? 0;
  }
}

function decided(scheme: TagScheme, reason: string): SchemeVerdict {
  return { scheme, evidence: `${scheme}, because ${reason}`, ambiguous: false };
}

function assumed(scheme: TagScheme, evidence: string): SchemeVerdict {
  return { scheme, evidence, ambiguous: true };
}

function amount(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}
