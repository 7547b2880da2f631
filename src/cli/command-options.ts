import { DEFAULT_ENCODER } from '../recipe/bundled-encoders';
import { PRESET_NAMES } from '../recipe/presets';
import type { OptionTable } from './option-table';

/** Backends that `--backend` takes. */
export const BACKENDS = ['auto', 'wasm', 'webgpu', 'webgpu-software'] as const;

const LIMIT = { value: 'N', text: 'Reads only the first N sentences of each split.' };
const DROP_ERRORS = { text: 'Leaves out rows with errors instead of stopping.' };

/** Options of `train` that say what is read; those of the recipe and of the format join them. */
export const TRAIN_FILE_OPTIONS = {
  train: {
    value: 'FILE',
    text: 'Column file to learn from, a folder of them, .gz or .zip. A lone folder or .zip may hold train, dev and test.',
    isRepeatable: true,
  },
  dev: {
    value: 'FILE',
    text: 'Column file to choose the best epoch by; without it a tenth of train, drawn by seed.',
    isRepeatable: true,
  },
  test: {
    value: 'FILE',
    text: 'Column file to score the finished model on.',
    isRepeatable: true,
  },
  encoder: {
    value: 'NAME|FOLDER',
    text: 'Encoder that comes with the page, or a Hugging Face folder; the command encoders lists them.',
    default: DEFAULT_ENCODER.name,
  },
  model: { value: 'NAME|FOLDER', text: 'Another word for --encoder.' },
  limit: LIMIT,
  'drop-errors': DROP_ERRORS,
} as const satisfies OptionTable;

/** Option of `train` that chooses the recipe which those of its fields change. */
export const PRESET_OPTIONS = {
  preset: {
    value: PRESET_NAMES.join('|'),
    text: "The page's own recipe for the encoder; each option below overrules it. thorough is as the defaults say, at the learning rate that suits the encoder.",
    default: PRESET_NAMES[0],
  },
} as const satisfies OptionTable;

/** Options of `train` that say where it runs and where its result goes. */
export const TRAIN_RUN_OPTIONS = {
  backend: {
    value: BACKENDS.join('|'),
    text: 'Engine to train on.',
    default: 'auto',
  },
  threads: {
    value: 'N',
    text: 'Threads of the wasm backend; by default one a core.',
  },
  out: { value: 'FOLDER', text: 'Folder that receives model.onnx and metrics.json.' },
} as const satisfies OptionTable;

export const EVALUATE_OPTIONS = {
  data: { value: 'FILE', text: 'Column file to score the model on.' },
  limit: LIMIT,
  'drop-errors': DROP_ERRORS,
} as const satisfies OptionTable;
