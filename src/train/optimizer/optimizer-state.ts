import type { OptimizerRule } from './optimizer-rule';

/** Numbers of tensors by parameter key, in the device's layout: linear weights [in, out]. */
export type NumbersByKey = ReadonlyMap<string, Float32Array>;

/** Everything that an optimiser remembers, as a checkpoint keeps it. */
export interface OptimizerState {
  /** Kind of the rule that the state is of. */
  kind: string;
  /** Numbers of each slot, by the slot's name. */
  slots: ReadonlyMap<string, NumbersByKey>;
  /** The rule's scalars after the last step. */
  scalars: Readonly<Record<string, number>>;
}

/** @throws where a state is of another rule, or a parameter's numbers are missing or of another size. */
export function checkOptimizerState(
  { kind, slots, scalars }: OptimizerState,
  rule: OptimizerRule,
  parameters: ReadonlyMap<string, { size: number }>,
): void {
  if (kind !== rule.kind) {
    throw new Error(
      `The checkpoint holds the state of the optimiser "${kind}", but this run trains with "${rule.kind}"; start the run again.`,
    );
  }
  for (const name of Object.keys(rule.scalars)) {
    if (Number.isFinite(scalars[name])) continue;
    throw new Error(`The checkpoint has no ${name} of ${kind}; start the run again.`);
  }
  for (const slot of rule.slots) checkSizes(slot, slots.get(slot) ?? new Map(), parameters);
}

/** @throws where a parameter's numbers are missing or of another size; `what` names them, as "gradient". */
export function checkSizes(
  what: string,
  numbers: NumbersByKey,
  parameters: ReadonlyMap<string, { size: number }>,
): void {
  for (const [key, { size }] of parameters) {
    const length = numbers.get(key)?.length;
    if (length === size) continue;
    throw new Error(
      `The checkpoint's ${what} of ${key} needs ${size} numbers, got ${length ?? 'none'}; start the run again.`,
    );
  }
}
