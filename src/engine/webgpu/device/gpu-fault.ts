/**
 * Kind of a GPU's failure: `lost`, the browser took the device away; `out-of-memory`, there was no memory for a buffer; `refused`, the GPU did not
 * accept work, which is a fault of ours.
 */
export type GpuFaultKind = 'lost' | 'out-of-memory' | 'refused';

/** A failure of the device itself. Nothing on it can be used any more; another may be opened. */
export class GpuFault extends Error {
  readonly kind: GpuFaultKind;

  constructor(kind: GpuFaultKind, message: string) {
    super(message);
    this.name = 'GpuFault';
    this.kind = kind;
  }
}
