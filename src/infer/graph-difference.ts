import type { BertGraph } from '../export/bert-onnx';
import type { OnnxNode, OnnxType, OnnxValue } from '../export/onnx-model';
import type { ListedGraph } from './onnx-graph-reader';

/** What first differs between the graph in the file and the one its configuration makes; undefined where nothing does. */
export function findDifference(graph: ListedGraph, expected: BertGraph): string | undefined {
  const weights = [...expected.parameters].map(([name, dims]) => showTensor(name, 'float', dims));
  const constants = expected.constants.map(({ name, type, dims, bytes }) =>
    showTensor(name, type, dims, bytes),
  );
  const tensors = graph.initialisers.map(({ name, type, dims, bytes }, i) =>
    showTensor(name, type, dims, i < weights.length ? undefined : bytes),
  );
  return (
    firstDifference('node', graph.nodes.map(showNode), expected.nodes.map(showNode)) ??
    firstDifference('tensor', tensors, [...weights, ...constants]) ??
    firstDifference('input', graph.inputs.map(showValue), expected.inputs.map(showValue)) ??
    firstDifference('output', graph.outputs.map(showValue), expected.outputs.map(showValue))
  );
}

function firstDifference(what: string, found: string[], expected: string[]): string | undefined {
  for (let i = 0; i < Math.max(found.length, expected.length); i++) {
    if (found[i] === expected[i]) continue;
    const shown = (found[i] ?? 'missing').slice(0, 200);
    return `its ${what} ${i + 1} should be ${expected[i] ?? 'absent'} and is ${shown}`;
  }
  return undefined;
}

// JSON, because equal texts then mean equal contents, whatever a name holds.

function showNode({ name, operator, inputs, outputs, attributes }: OnnxNode): string {
  const settings = Object.entries(attributes).map(([key, attribute]) =>
    // A file holds f32 numbers.
    [key, 'float' in attribute ? { float: Math.fround(attribute.float) } : attribute],
  );
  return JSON.stringify([name, operator, inputs, outputs, settings]);
}

function showTensor(
  name: string,
  type: OnnxType,
  dims: readonly number[],
  bytes?: Uint8Array,
): string {
  return JSON.stringify([name, type, dims, ...(bytes ? [Array.from(bytes)] : [])]);
}

function showValue({ name, type, dims }: OnnxValue): string {
  return JSON.stringify([name, type, dims]);
}
