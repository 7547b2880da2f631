import type { ModelRecord } from '../../storage/records';

/** Says what can be told of changes to a model's file since its export. */
export function describeChecksums({ hasChecksums }: Pick<ModelRecord, 'hasChecksums'>): string {
  return hasChecksums
    ? 'The file has checksums: whoever opens it is told if its weights, vocabulary, labels or card were changed.'
    : 'This file was made before checksums; what was changed in it since cannot be told. A file that is exported now has them.';
}
