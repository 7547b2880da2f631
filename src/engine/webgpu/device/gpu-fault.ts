import { Failure } from '../../../messages/failure';

/**
 * Kind of a GPU's failure: `lost`, the browser took the device away; `out-of-memory`, there was no memory for a buffer; `refused`, the GPU did not
 * accept work, which is a fault of ours.
 */
export type GpuFaultKind = 'lost' | 'out-of-memory' | 'refused';

const WAYS_OUT: Readonly<Record<GpuFaultKind, string>> = {
  lost: 'Train again, or open the page with ?backend=wasm to train on the processor.',
  'out-of-memory':
    'Close other programs that use the GPU, or choose a smaller encoder, batch size or max length.',
  refused: 'Open the page with ?backend=wasm to train on the processor.',
};

/** A failure of the device itself. Nothing on it can be used any more; another may be opened. */
export class GpuFault extends Failure {
  override readonly name = 'GpuFault';
  readonly kind: GpuFaultKind;

  constructor(kind: GpuFaultKind, message: string) {
    super(message, WAYS_OUT[kind]);
    this.kind = kind;
  }
}
