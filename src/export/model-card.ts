import type { ScoreReport } from '../ner/scores';
import type { TrainRecipe } from '../recipe/recipe';

/** A model card in a file's `metadata_props`: where the model comes from and how good it is. */
export interface ModelCard {
  name: string;
  createdAt: number;
  encoder: string;
  corpus: string;
  corpusHash: string;
  recipe: TrainRecipe;
  dev?: ScoreReport;
  test?: ScoreReport;
  licence?: string;
}
