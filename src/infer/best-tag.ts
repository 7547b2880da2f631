/** The tag of the highest score, and how sure the model is of it. */
export interface BestTag {
  tagId: number;
  /** 0–1: softmax over the word's scores. */
  probability: number;
}

/** The best tag of one piece; of equals the first, as everywhere in this house. Scores f32[pieces, tags]. */
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
