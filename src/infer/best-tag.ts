/** Tag of the highest score, and the model's confidence in it. */
export interface BestTag {
  tagId: number;
  /** Probability by a softmax over the word's scores, 0–1. */
  probability: number;
}

/** Finds the tag of the highest score of one piece, among equals the first. Scores f32[pieces, tags]. */
export function findBestTag(scores: Float32Array, piece: number, tags: number): BestTag {
  const first = piece * tags;
  let tagId = 0;
  for (let tag = 1; tag < tags; tag++) {
    if (scores[first + tag]! > scores[first + tagId]!) tagId = tag;
  }
  let sum = 0;
  for (let tag = 0; tag < tags; tag++)
    sum += Math.exp(scores[first + tag]! - scores[first + tagId]!);
  return { tagId, probability: 1 / sum };
}
