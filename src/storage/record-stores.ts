/** Stores whose records a person names, renames and deletes, and the page lists. */
export const RECORD_STORES = ['corpora', 'encoders', 'runs', 'models'] as const;
export type RecordStore = (typeof RECORD_STORES)[number];
