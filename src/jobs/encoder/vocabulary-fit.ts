/** Multiples that embedding tables are often padded to, with rows that belong to no word piece. */
const PADDED_TO = [8, 16, 32, 64, 128];

/**
 * Checks that a vocabulary, added pieces included, has the size of its embedding table.
 *
 * @returns a sentence where the table has rows without a piece, as many as padding makes: a file that lost its last lines looks the same.
 * @throws where it has more pieces than the table has rows, or fewer by more than padding explains: a vocabulary that was cut short would
 * split words into other pieces than the encoder learned, and no other check would notice.
 */
export function assertFitsTable(pieces: number, rows: number, file: string): string | undefined {
  if (pieces > rows) {
    throw new Error(
      `The vocabulary has ${pieces} pieces, but config.json says vocab_size ${rows}; ` +
        `take ${file} and config.json from the same model.`,
    );
  }
  if (pieces === rows) return undefined;
  if (PADDED_TO.some((step) => Math.ceil(pieces / step) * step === rows)) {
    return `${file} has ${pieces} pieces and the encoder ${rows} rows for them, as padding makes it; if the file lost its last ${rows - pieces === 1 ? 'line' : `${rows - pieces} lines`}, get it again.`;
  }
  throw new Error(
    `${file} has ${pieces} pieces, but the table of embeddings has ${rows} rows (vocab_size in config.json), so ${rows - pieces} of them would never be looked up; ` +
      `the file may be cut short or another model's: get it again. If this encoder is so, add lines such as [unused${pieces}] to a vocab.txt until there are ${rows}.`,
  );
}
