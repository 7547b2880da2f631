import { Failure } from '../messages/failure';
import { listProblems } from './setting-types';

/** Characters of a problem: a step that is not known is named with those that are. */
const PROBLEM_CHARACTERS = 300;

/** Settings of a tokenizer that would give other pieces than the encoder learned: all are found before any is told. */
export class TokenizerProblems {
  readonly #problems: string[] = [];

  add(...problems: readonly string[]): void {
    this.#problems.push(...problems);
  }

  /** Reads a part; where that is refused, the refusal is one of the problems, and undefined is returned. */
  attempt<Result>(read: () => Result): Result | undefined {
    try {
      return read();
    } catch (error) {
      this.#problems.push((error as Error).message.replace(/\.$/, ''));
      return undefined;
    }
  }

  /** @throws Failure that names all problems. */
  assertNone(): void {
    if (this.#problems.length === 0) return;
    throw new Failure(
      `The tokenizer cannot be read as the encoder learned it: ${listProblems(this.#problems, PROBLEM_CHARACTERS)}.`,
      'Choose another encoder, such as multilingual-e5-small, or one with a WordPiece vocabulary.',
    );
  }
}
