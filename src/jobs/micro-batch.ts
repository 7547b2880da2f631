export const microBatchPieces = 1024;
