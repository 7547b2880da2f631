/** Type in WGSL of a number that a kernel is given. */
export type NumberForm = 'u32' | 'i32' | 'f32';

/** A number of a kernel that differs from step to step. */
export interface StepNumber {
  /** Value for the step that is taken or captured now. */
  now: number;
  /** Computes the value for any other step. */
  at: (step: StepNumbers) => number;
}

/** Numbers that change from one micro-batch to the next, beside the batch itself. */
export interface StepNumbers {
  /** Seed of dropout: see `DropoutPlace`. */
  seed: number;
  /** Optimiser step, from 0. */
  step: number;
  /** Labelled words of the effective batch. */
  denominator: number;
  /** Factor of all gradients until they are applied; 1 in f32. */
  lossScale: number;
  /** Whether gradients are added to those of the micro-batches before. */
  addsGradients: boolean;
}

export type KernelNumber = number | StepNumber;

/** Flag of a kernel that writes a gradient: 1 where it adds to what stands there, else 0. */
export const addsGradients: StepNumber = { now: 0, at: (step) => Number(step.addsGradients) };

/** Forms of a kernel's numbers, in their order. */
type NumberForms = Readonly<Record<string, NumberForm>>;

/** Packs the number of groups and a kernel's numbers as its uniform buffer has them: 4 bytes each, padded to a multiple of 16. */
export function packNumbers(
  forms: NumberForms,
  groups: number,
  values: readonly number[],
): ArrayBuffer {
  const bytes = new ArrayBuffer(16 * Math.ceil((values.length + 1) / 4));
  const view = new DataView(bytes);
  view.setUint32(0, groups, true);
  Object.values(forms).forEach((form, index) =>
    writeNumber(view, 4 * (index + 1), form, values[index]!),
  );
  return bytes;
}

/** Writes one number at an offset in bytes. */
export function writeNumber(view: DataView, at: number, form: NumberForm, value: number): void {
  if (form === 'f32') view.setFloat32(at, value, true);
  else if (form === 'i32') view.setInt32(at, value, true);
  else view.setUint32(at, value >>> 0, true);
}
