/** A row of the table of recipe fields: all that the page, the command line and a file's card need to know of one field. */
interface FieldRow {
  /** Name of the field in the literature; it leads wherever a person meets the field. */
  label: string;
  /** Explanation in plain words, a whole sentence. */
  explanation: string;
  /** Option of the command line, without its hyphens. */
  flag: string;
  /** False where the page shows no entry among all settings, because its knob reaches every useful value. */
  inDrawer?: false;
}

export interface NumberRow extends FieldRow {
  kind: 'number';
  isWhole: boolean;
  min: number;
  /** Largest value; absent where any is sound. */
  max?: number;
  /** Bound that a value stays below. */
  below?: number;
  /** Difference that an arrow key makes; `any` leaves it to the browser. */
  step: number | 'any';
  /** Form in which a value is written. */
  notation: NumberNotation;
  /** Unit, for one and for many. */
  unit?: readonly [one: string, many: string];
  /** Placeholder of the value in the command line's help. */
  placeholder: string;
  /** Meaning of 0 in words, where it has one of its own. */
  zero?: string;
  /** Values that a knob in sight steps through, from the lowest. */
  knob?: readonly number[];
}

/** `plain` 0.01, `power` 5 × 10⁻⁵, `share` 10 % of steps, `norm` norm 1, `factor` × 10. */
export type NumberNotation = 'plain' | 'power' | 'share' | 'norm' | 'factor';

export interface ChoiceRow<Choice extends string = string> extends FieldRow {
  kind: 'choice';
  choices: readonly Choice[];
}

/** Default of a field that every recipe has, or the meaning of its absence: the number it stands for, or words. */
type Given<Recipe, Key extends keyof Recipe> =
  object extends Pick<Recipe, Key>
    ? { absent: Required<Recipe>[Key] | string }
    : { default: Required<Recipe>[Key] };

type RowOf<Recipe, Key extends keyof Recipe> = Given<Recipe, Key> &
  (Required<Recipe>[Key] extends string ? ChoiceRow<Required<Recipe>[Key]> : NumberRow);

/** The whole table of a recipe: a field without a row does not compile. */
export type TableOf<Recipe> = { readonly [Key in keyof Required<Recipe>]: RowOf<Recipe, Key> };

/** Keys of a recipe's fields whose values are of a type. */
export type KeyOf<Recipe, Value> = {
  [Key in keyof Required<Recipe>]: Required<Recipe>[Key] extends Value ? Key : never;
}[keyof Recipe];
