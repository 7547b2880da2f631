import type { BertGraph } from '../../export/bert-onnx';
import type { OnnxNode, OnnxType, OnnxValue } from '../../export/onnx-model';
import type { ListedGraph } from './onnx-graph-reader';

interface ShownTensor {
  name: string;
  type: OnnxType;
  dims: readonly number[];
  bytes?: Uint8Array;
}

/** Says what first differs between the graph in the file and the one its configuration makes; undefined where nothing does. */
export function findDifference(graph: ListedGraph, expected: BertGraph): string | undefined {
  const { weights, constants } = expected;
  // A small constant's numbers are compared, a weight's are the file's own.
  const tensors = graph.initialisers.map((tensor, i) =>
    i < weights.length ? { name: tensor.name, type: tensor.type, dims: tensor.dims } : tensor,
  );
  return (
    firstDifference('node', graph.nodes, expected.nodes, showNode) ??
    firstDifference('tensor', tensors, [...weights, ...constants], showTensor) ??
    firstDifference('input', graph.inputs, expected.inputs, showValue) ??
    firstDifference('output', graph.outputs, expected.outputs, showValue)
  );
}

/** Compares one by one: a configuration may ask for far more than the file holds. */
function firstDifference<Item>(
  what: string,
  found: readonly Item[],
  expected: readonly Item[],
  show: (item: Item) => string,
): string | undefined {
  const showAt = (items: readonly Item[], i: number) =>
    i < items.length ? show(items[i]!) : undefined;
  for (let i = 0; i < Math.max(found.length, expected.length); i++) {
    const [is, shouldBe] = [showAt(found, i), showAt(expected, i)];
    if (is === shouldBe) continue;
    return `its ${what} ${i + 1} should be ${shouldBe ?? 'absent'} and is ${(is ?? 'missing').slice(0, 200)}`;
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

function showTensor({ name, type, dims, bytes }: ShownTensor): string {
  return JSON.stringify([name, type, dims, ...(bytes ? [Array.from(bytes)] : [])]);
}

function showValue({ name, type, dims }: OnnxValue): string {
  return JSON.stringify([name, type, dims]);
}
