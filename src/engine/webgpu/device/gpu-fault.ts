/**
 * Why the GPU can be trusted no longer: `lost`, the browser took the device away; `out-of-memory`, a buffer was not had; `refused`, it did
 * not do what it was told, which is a fault of ours.
 */
export type GpuFaultKind = 'lost' | 'out-of-memory' | 'refused';

/** A failure of the device itself. What is on it is void; another may be opened. */
export class GpuFault extends Error {
  readonly kind: GpuFaultKind;

  constructor(kind: GpuFaultKind, message: string) {
    super(message);
    this.name = 'GpuFault';
    this.kind = kind;
  }
}
