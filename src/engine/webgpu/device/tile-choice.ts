/** Forms of a product's kernels, by name; see products/tile-forms.ts. Small tiles keep a GPU busy where the result is small, large ones read less. */
export const TILE_FORM_NAMES = ['registers', 'shared 32', 'shared 64', 'shared 128'] as const;
export type TileFormName = (typeof TILE_FORM_NAMES)[number];

/**
 * Classes of products by how many numbers a dispatch makes, which decides what form is fast. `thin` has few rows or few columns, as a
 * classifier of tags.
 */
export const SHAPE_CLASSES = ['thin', 'small', 'middle', 'large'] as const;
export type ShapeClass = (typeof SHAPE_CLASSES)[number];

/** Form of each class. */
export type TileChoice = Readonly<Record<ShapeClass, TileFormName>>;

/** Version of the forms' code, raised whenever it changes: a choice that was measured for another version no longer holds. */
export const TILE_VERSION = 1;

/** Choice until something else is measured. */
export const REGISTERS_ONLY: TileChoice = {
  thin: 'registers',
  small: 'registers',
  middle: 'registers',
  large: 'registers',
};

/** Most numbers of a small and of a middle product: 512 × 512, and 1024 × 1536. */
const [SMALL, MIDDLE] = [2 ** 18, 3 * 2 ** 19];
/** Rows or columns that leave most of a tile empty. */
const THIN = 32;

/**
 * Finds the class of a dispatch.
 *
 * @param made the numbers of all its products
 * @param narrowest the fewest rows or columns of them
 */
export function shapeClassOf(made: number, narrowest: number): ShapeClass {
  if (narrowest <= THIN) return 'thin';
  if (made <= SMALL) return 'small';
  return made <= MIDDLE ? 'middle' : 'large';
}
