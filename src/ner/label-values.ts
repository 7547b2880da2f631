/** Returns a record's value for a label; undefined where it has none, even for a label called `constructor`, which every object inherits. */
export function valueOf<Value>(
  values: Readonly<Record<string, Value>>,
  label: string,
): Value | undefined {
  return Object.hasOwn(values, label) ? values[label] : undefined;
}
