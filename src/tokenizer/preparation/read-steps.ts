import { briefly, type JsonObject, objectOf } from '../json-object';

/** Makers of the steps that are known, by their `type`. */
export type StepMakers<Step> = Readonly<Record<string, (step: JsonObject) => Step>>;

/** A part of `tokenizer.json` that is one step or a sequence of steps, and the key of such a list. */
const LISTS = { normalizer: 'normalizers', pre_tokenizer: 'pretokenizers' } as const;

/**
 * Reads a part of a `tokenizer.json` as steps, in order; null stands for none.
 *
 * @throws naming the first step that is not known, or that has a setting that is not.
 */
export function readSteps<Step>(
  part: keyof typeof LISTS,
  value: unknown,
  makers: StepMakers<Step>,
): Step[] {
  if (value === null || value === undefined) return [];
  const step = objectOf(value);
  const { type, [LISTS[part]]: list } = step;
  if (type === 'Sequence' && Array.isArray(list)) {
    return list.flatMap((each) => readSteps(part, each, makers));
  }
  const make = typeof type === 'string' && Object.hasOwn(makers, type) ? makers[type] : undefined;
  if (make) return [make(step)];
  const found = type === 'Sequence' ? `a Sequence without a list` : `the step ${briefly(type)}`;
  throw new Error(
    `tokenizer.json: the ${part} has ${found}; those that are read are ${['Sequence', ...Object.keys(makers)].join(', ')}.`,
  );
}

/** Returns a flag of a step; `absent` where the step does not have it. @throws where it is neither true nor false */
export function flagOf(step: JsonObject, key: string, absent: boolean): boolean {
  const value = step[key] ?? absent;
  if (typeof value === 'boolean') return value;
  throw new Error(
    `tokenizer.json: ${briefly(step['type'])} has ${key} ${briefly(value)}; expected is true or false without quotation marks.`,
  );
}
