/**
 * One colour for an entity type. The wash stands behind the text, the ink writes the label; each ink has a contrast of at least 4.5:1 on
 * its wash and on the page in its theme.
 */
export interface EntityColour {
  readonly light: { readonly ink: string; readonly wash: string };
  readonly dark: { readonly ink: string; readonly wash: string };
}

/**
 * Four hues that labels claim by name, then sixteen ordered so that each is as far as possible (OKLab) from those before it, for normal
 * sight and under simulated protanopia, deuteranopia and tritanopia (Machado et al. 2009). No twenty hues stay apart for everyone: lightness
 * varies with hue, and a label is always written out.
 */
export const entityColours: readonly EntityColour[] = [
  colour('#0b5fa5', '#dcebf8', '#8cc4f5', '#18324a'), // blue
  colour('#0a7350', '#d8efe4', '#7fd6b2', '#12382b'), // green
  colour('#955700', '#fbe8c8', '#f0bd6c', '#43310f'), // ochre
  colour('#8a3b86', '#f3def1', '#e3a7de', '#3d2140'), // violet
  colour('#22373c', '#cce3e8', '#ceeaf2', '#2c4348'),
  colour('#452d87', '#e0ddff', '#d6d2fd', '#3a3556'),
  colour('#9e371d', '#ffe1da', '#f19b84', '#4b271e'),
  colour('#454608', '#e3e5c1', '#dbde88', '#3c3d17'),
  colour('#472c05', '#f3d9bd', '#fddfbe', '#52391a'),
  colour('#496f76', '#daf2f6', '#77acb5', '#1b3236'),
  colour('#6c1860', '#f7d6ee', '#fdc2ef', '#4d2e46'),
  colour('#0b4e3d', '#c3ecdd', '#88efcc', '#144436'),
  colour('#385659', '#d3eaed', '#9bd3d9', '#233b3d'),
  colour('#4e242b', '#eed8da', '#f1dfe1', '#4d383b'),
  colour('#8c5846', '#fce7e0', '#c29687', '#3b2923'),
  colour('#8d222d', '#fedcdb', '#fcb0af', '#50292a'),
  colour('#575f63', '#e5eaec', '#acb6bb', '#2e3335'),
  colour('#15709a', '#daf0fe', '#54acdc', '#093246'),
  colour('#2a2078', '#d7dbfe', '#dfe3fd', '#383b5c'),
  colour('#39482a', '#dce5d4', '#cbe0b8', '#353e2d'),
];

/** Names that claim one of the first four hues, in lower case. */
const CLAIMS: readonly (readonly string[])[] = [
  ['per', 'person', 'people', 'pers'],
  ['loc', 'location', 'place', 'gpe'],
  ['org', 'organization', 'organisation', 'corporation', 'company'],
  ['misc', 'miscellaneous', 'oth', 'other'],
];

/**
 * Assigns colours to a label set by the labels and their order alone: the first label that claims a named hue gets it, the others take
 * the sequence in order. Beyond twenty labels the sequence begins again.
 *
 * @example
 * assignColours(['PER', 'DRUG']); // Map { 'PER' → blue, 'DRUG' → the first hue that no name claims }
 */
export function assignColours(labels: readonly string[]): ReadonlyMap<string, EntityColour> {
  const assigned = new Map<string, EntityColour>();
  const taken = new Set<EntityColour>();
  for (const label of labels) {
    const claimed = entityColours[CLAIMS.findIndex((names) => names.includes(label.toLowerCase()))];
    if (!claimed || taken.has(claimed)) continue;
    assigned.set(label, claimed);
    taken.add(claimed);
  }
  const sequence = [
    ...entityColours.slice(CLAIMS.length),
    ...entityColours.slice(0, CLAIMS.length),
  ];
  const free = sequence.filter((candidate) => !taken.has(candidate));
  const others = labels.filter((label) => !assigned.has(label));
  others.forEach((label, index) => {
    const next = free[index] ?? entityColours[index % entityColours.length];
    if (next) assigned.set(label, next);
  });
  return assigned;
}

/** Writes a colour as CSS custom properties, `--entity` and `--entity-wash`, that follow the theme in force where they are used. */
export function colourStyle(entityColour: EntityColour | undefined): string {
  if (!entityColour) return '--entity: var(--ink); --entity-wash: var(--rule)';
  const { light, dark } = entityColour;
  return `--entity: light-dark(${light.ink}, ${dark.ink}); --entity-wash: light-dark(${light.wash}, ${dark.wash})`;
}

function colour(
  lightInk: string,
  lightWash: string,
  darkInk: string,
  darkWash: string,
): EntityColour {
  return { light: { ink: lightInk, wash: lightWash }, dark: { ink: darkInk, wash: darkWash } };
}
