import type { BertConfig } from '../../src/model/bert-config';
import { bertBase, miniLm } from '../../test/reference/model-shapes';
import { tinyBert } from '../train-cpu-messages';

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

/** Shapes that a GPU is measured on, the most telling first. */
export const gpuShapes: readonly BenchShape[] = [
  { model: 'MiniLM', batch: 32, pieces: 128 },
  { model: 'bert-base', batch: 32, pieces: 128 },
  { model: 'MiniLM', batch: 8, pieces: 64 },
];

/** Shapes that a software rasteriser can do in a minute. */
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
