import type { BertConfig } from '../../src/model/bert-config';
import { miniLm, tinyBert } from '../train-cpu-messages';

/** BERT base's shape: 109 million parameters. */
export const bertBase: BertConfig = {
  ...miniLm,
  hidden: 768,
  layers: 12,
  heads: 12,
  intermediate: 3072,
};

/** A model and its batch; the names are those of train-webgpu.py, too. */
export interface BenchShape {
  model: 'MiniLM' | 'bert-base' | 'tiny';
  batch: number;
  pieces: number;
}

export const configs: Record<BenchShape['model'], BertConfig> = {
  MiniLM: miniLm,
  'bert-base': bertBase,
  tiny: tinyBert,
};

/** What a GPU is measured on, the most telling first. */
export const gpuShapes: readonly BenchShape[] = [
  { model: 'MiniLM', batch: 32, pieces: 128 },
  { model: 'bert-base', batch: 32, pieces: 128 },
  { model: 'MiniLM', batch: 8, pieces: 64 },
];

/** What a rasteriser can do in a minute. */
export const softwareShapes: readonly BenchShape[] = [{ model: 'tiny', batch: 8, pieces: 64 }];

export const nameOf = ({ model, batch, pieces }: BenchShape) => `${model}:${batch}x${pieces}`;

/** @throws where a name is not `MODEL:BATCHxPIECES`. */
export function shapeOf(name: string): BenchShape {
  const [, model, batch, pieces] = /^([\w-]+):(\d+)x(\d+)$/.exec(name) ?? [];
  if (!model || !(model in configs))
    throw new Error(
      `Expected MODEL:BATCHxPIECES with a model of ${Object.keys(configs).join(', ')}, got "${name}".`,
    );
  return { model: model as BenchShape['model'], batch: Number(batch), pieces: Number(pieces) };
}
