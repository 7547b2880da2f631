/** How spans are written as tags. IOBES also reads BILOU (L = E, U = S). */
export const tagSchemes = ['IOB1', 'IOB2', 'IOBES', 'IO'] as const;
export type TagScheme = (typeof tagSchemes)[number];
