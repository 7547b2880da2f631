import type { TileFormName } from '../device/tile-choice';
import type { TileForm } from './product-tile';
import { registerTile } from './register-tile';
import { sharedTile } from './shared-tile';

/** Every form of a product's kernels, by its name. */
export const tileForms: Readonly<Record<TileFormName, TileForm>> = {
  registers: registerTile,
  'shared 32': sharedTile(4, 4),
  'shared 64': sharedTile(8, 4),
  'shared 128': sharedTile(8, 8),
};
