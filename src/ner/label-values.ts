/** What a record holds for a label; undefined where it holds nothing, for a label may be called `constructor` as every object has one. */
export function valueOf<Value>(
  values: Readonly<Record<string, Value>>,
  label: string,
): Value | undefined {
  return Object.hasOwn(values, label) ? values[label] : undefined;
}
