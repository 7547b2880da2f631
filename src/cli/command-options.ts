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
  model: {
    value: 'NAME|FOLDER',
    text: 'Bundled encoder, or a Hugging Face folder of a BERT.',
    default: 'minilm-l6',
  },
  limit: LIMIT,
  'drop-errors': DROP_ERRORS,
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
