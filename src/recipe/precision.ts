/** Precision in which a GPU trains: all in f32, or states and products in f16 with the weights themselves in f32. */
export type Precision = 'f32' | 'f16';
