import { inspect, isDeepStrictEqual } from 'node:util';

const show = (value: unknown) => inspect(value, { depth: 4, maxArrayLength: 12, breakLength: 100 });

class Expectation {
  readonly #found: unknown;
  readonly #message: string;
  readonly #isNegated: boolean;

  constructor(found: unknown, message: string, isNegated = false) {
    this.#found = found;
    this.#message = message;
    this.#isNegated = isNegated;
  }

  get not(): Expectation {
    return new Expectation(this.#found, this.#message, !this.#isNegated);
  }

  toBe(expected: unknown): void {
    this.#hold(Object.is(this.#found, expected), `to be ${show(expected)}`);
  }

  toEqual(expected: unknown): void {
    this.#hold(isDeepStrictEqual(this.#found, expected), `to equal ${show(expected)}`);
  }

  /** Checks that an array has a member, or a text a part. */
  toContain(member: unknown): void {
    const found = this.#found as { includes(member: unknown): boolean };
    this.#hold(found.includes(member), `to contain ${show(member)}`);
  }

  toHaveLength(expected: number): void {
    const { length } = this.#found as ArrayLike<unknown>;
    this.#hold(length === expected, `to have length ${expected}, not ${length}`);
  }

  toBeNaN(): void {
    this.#hold(Number.isNaN(this.#found), 'to be NaN');
  }

  toBeUndefined(): void {
    this.#hold(this.#found === undefined, 'to be undefined');
  }

  toBeGreaterThan(bound: number): void {
    this.#hold(Number(this.#found) > bound, `to be greater than ${bound}`);
  }

  toBeLessThan(bound: number): void {
    this.#hold(Number(this.#found) < bound, `to be less than ${bound}`);
  }

  toBeLessThanOrEqual(bound: number): void {
    this.#hold(Number(this.#found) <= bound, `to be at most ${bound}`);
  }

  /** Within half a unit of a decimal place. */
  toBeCloseTo(expected: number, places = 2): void {
    const isClose =
      this.#found === expected || Math.abs(Number(this.#found) - expected) < 0.5 * 10 ** -places;
    this.#hold(isClose, `to be ${expected} to ${places} places`);
  }

  toThrow(part = ''): void {
    let message: string | undefined;
    try {
      (this.#found as () => unknown)();
    } catch (error) {
      message = error instanceof Error ? error.message : String(error);
    }
    this.#hold(message?.includes(part) ?? false, `to throw "${part}", threw ${show(message)}`);
  }

  #hold(holds: boolean, wanted: string): void {
    if (holds !== this.#isNegated) return;
    const prefix = this.#message && `${this.#message}: `;
    const not = this.#isNegated ? 'not ' : '';
    throw new Error(`${prefix}expected ${show(this.#found)} ${not}${wanted}`);
  }
}

/** Does what Vitest's does, as far as the kernel tests use it. @throws where they ask for what is not here. */
export function expect(found: unknown, message = ''): Expectation {
  return new Proxy(new Expectation(found, message), expectKnown);
}

/** TypeScript checks the tests against Vitest's own `expect`, so what this one lacks shows only when it runs. */
const expectKnown: ProxyHandler<Expectation> = {
  get(expectation, name) {
    if (!(name in expectation))
      throw new Error(
        `expect(…).${String(name)} is not known in this folder; write it in bench/gpu-folder/expect.ts.`,
      );
    const member: unknown = Reflect.get(expectation, name, expectation);
    if (member instanceof Expectation) return new Proxy(member, expectKnown);
    return typeof member === 'function' ? (member.bind(expectation) as unknown) : member;
  },
};
