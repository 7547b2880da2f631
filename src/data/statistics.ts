/** What a split holds. */
export interface SplitStatistics {
  documents: number;
  sentences: number;
  words: number;
  entities: number;
  entitiesByLabel: Record<string, number>;
}
