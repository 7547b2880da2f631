import { shorten } from '../messages/shorten';

/** Entries that are written out; the others are counted. */
const WRITTEN = 6;
/** Characters of an entry; no name of a BERT's has as many. */
const NAME_CHARACTERS = 120;
/** Tensors of a layer from which on the layer is named in their place. */
const WHOLE_LAYER = 4;

/**
 * Names as a person can take them in: `bert.encoder.layer.2.* to bert.encoder.layer.11.* (160 tensors)`. Few names stand for themselves,
 * those of layers are gathered, and of many the rest is counted.
 */
export function describeNames(names: readonly string[]): string {
  const entries: { text: string; count: number }[] = [];
  for (const { first, last, count } of gatherLayers(names)) {
    const range = first === last ? first : `${first} to ${last}`;
    entries.push({ text: count > 1 ? `${range} (${count} tensors)` : range, count });
  }
  const written = entries.slice(0, WRITTEN).map(({ text }) => shorten(text, NAME_CHARACTERS));
  const rest = entries.slice(WRITTEN).reduce((sum, { count }) => sum + count, 0);
  return written.join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

interface Group {
  first: string;
  last: string;
  count: number;
}

/** Gathers single names, and layers one after the other that miss or have equally many. */
function gatherLayers(names: readonly string[]): Group[] {
  const layers = new Map<string, string[]>();
  for (const name of names) {
    const layer = /^\S*?\.layers?\.\d+(?=\.)/.exec(name)?.[0] ?? name;
    layers.set(layer, [...(layers.get(layer) ?? []), name]);
  }
  const groups: Group[] = [];
  let open: { group: Group; stem: string; next: number; size: number } | undefined;
  for (const [layer, own] of layers) {
    if (own.length < WHOLE_LAYER) {
      open = undefined;
      for (const name of own) groups.push({ first: name, last: name, count: 1 });
      continue;
    }
    const stem = layer.replace(/\d+$/, '');
    const number = Number(layer.slice(stem.length));
    if (open?.stem === stem && open.next === number && open.size === own.length) {
      open.group.last = `${layer}.*`;
      open.group.count += own.length;
      open.next++;
    } else {
      const group = { first: `${layer}.*`, last: `${layer}.*`, count: own.length };
      groups.push(group);
      open = { group, stem, next: number + 1, size: own.length };
    }
  }
  return groups;
}
