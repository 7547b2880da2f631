import type { OnnxAttribute, OnnxNode, OnnxTensor } from './onnx-model';

/**
 * Collects a graph's nodes in the order they are added; a value is known by its name.
 *
 * Every node has one output, named like the node, so the file is readable in a viewer and errors point somewhere.
 */
export class OnnxGraphBuilder {
  readonly nodes: OnnxNode[] = [];
  /** Small constants that the graph itself needs, each once. */
  readonly constants: OnnxTensor[] = [];

  add(
    name: string,
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
  ): string {
    this.nodes.push({ name, operator, inputs, outputs: [name], attributes });
    return name;
  }

  /** Adds an int64 vector. */
  integers(name: string, values: readonly number[]): string {
    const words = BigInt64Array.from(values, BigInt);
    return this.#constant({
      name,
      type: 'int64',
      dims: [values.length],
      bytes: new Uint8Array(words.buffer),
    });
  }

  /** Adds an f32 scalar. */
  scalar(name: string, value: number): string {
    const bytes = new Uint8Array(Float32Array.of(value).buffer);
    return this.#constant({ name, type: 'float', dims: [], bytes });
  }

  /** Adds an int32 scalar. */
  int32(name: string, value: number): string {
    const bytes = new Uint8Array(Int32Array.of(value).buffer);
    return this.#constant({ name, type: 'int32', dims: [], bytes });
  }

  #constant(tensor: OnnxTensor): string {
    if (!this.constants.some(({ name }) => name === tensor.name)) this.constants.push(tensor);
    return tensor.name;
  }
}
