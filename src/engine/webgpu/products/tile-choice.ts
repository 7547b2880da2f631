import type { TileForm } from './product-tile';
import { registerTile } from './register-tile';
import { sharedTile } from './shared-tile';

/** Every form, by its name: small tiles keep a GPU busy where c is small, large ones read less. */
export const tileForms = {
  registers: registerTile,
  'shared 32': sharedTile(4, 4),
  'shared 64': sharedTile(8, 4),
  'shared 128': sharedTile(8, 8),
} as const satisfies Record<string, TileForm>;

export type TileFormName = keyof typeof tileForms;
export const tileFormNames = Object.keys(tileForms) as TileFormName[];

/** What decides which form is fast: how many numbers a dispatch makes; `thin` has few rows or few columns, as a classifier of tags. */
export const SHAPE_CLASSES = ['thin', 'small', 'middle', 'large'] as const;
export type ShapeClass = (typeof SHAPE_CLASSES)[number];

/** The form of each class. */
export type TileChoice = Readonly<Record<ShapeClass, TileFormName>>;

/** Raised whenever a form's code changes: what was measured before then no longer holds. */
export const TILE_VERSION = 1;

/** Until something else is measured. */
export const REGISTERS_ONLY: TileChoice = {
  thin: 'registers',
  small: 'registers',
  middle: 'registers',
  large: 'registers',
};

/** Beyond these, numbers made by a dispatch are of the next class: 512 × 512, and 1024 × 1536. */
const [SMALL, MIDDLE] = [2 ** 18, 3 * 2 ** 19];
/** Rows or columns that leave most of a tile empty. */
const THIN = 32;

/** @param made the numbers of all products of a dispatch; @param narrowest the fewest rows or columns of them */
export function shapeClassOf(made: number, narrowest: number): ShapeClass {
  if (narrowest <= THIN) return 'thin';
  if (made <= SMALL) return 'small';
  return made <= MIDDLE ? 'middle' : 'large';
}
