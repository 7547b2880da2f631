import {
  ONNX_TYPE_BYTES,
  ONNX_TYPES,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxType,
  type OnnxValue,
} from '../../export/onnx-model';
import { EXPORTED_OPERATORS } from '../../export/bert-onnx';
import type { ProtobufField, ProtobufReader } from './protobuf-reader';
import { checkedFields, type MessageRules } from './protobuf-rules';

/** A constant tensor in the file; only a small one's numbers are read. */
export interface ListedTensor {
  name: string;
  type: OnnxType;
  dims: readonly number[];
  /** Offset of its numbers in the file. */
  start: number;
  byteLength: number;
  /** Numbers as bytes, up to 64; undefined for weights. */
  bytes?: Uint8Array;
}

/** A graph without its weights. */
export interface ListedGraph {
  nodes: OnnxNode[];
  initialisers: ListedTensor[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

const MAX_NAME_BYTES = 300;
const MAX_NODES = 20_000;
const MAX_TENSORS = 10_000;
const SMALL_TENSOR_BYTES = 64;

const GRAPH_RULES: MessageRules = {
  name: 'graph',
  fields: {
    1: { wire: 'length' },
    2: { wire: 'length', once: true },
    5: { wire: 'length' },
    11: { wire: 'length' },
    12: { wire: 'length' },
  },
  refused: { 15: 'sparse tensors, which may point to other files' },
};

const NODE_RULES: MessageRules = {
  name: 'node',
  fields: {
    1: { wire: 'length' },
    2: { wire: 'length' },
    3: { wire: 'length', once: true },
    4: { wire: 'length', once: true },
    5: { wire: 'length' },
    7: { wire: 'length', once: true },
  },
};

const ATTRIBUTE_RULES: MessageRules = {
  name: 'attribute',
  fields: {
    1: { wire: 'length', once: true },
    2: { wire: 'fixed32', once: true },
    3: { wire: 'varint', once: true },
    8: { wire: 'integers' },
    20: { wire: 'varint', once: true },
  },
  refused: {
    5: 'a tensor in an attribute, which may point to another file',
    6: 'a graph inside a node (control flow)',
    10: 'tensors in an attribute, which may point to other files',
    11: 'graphs inside a node (control flow)',
    21: 'a reference to a function',
    22: 'a sparse tensor in an attribute, which may point to another file',
    23: 'sparse tensors in an attribute, which may point to other files',
  },
};

const TENSOR_RULES: MessageRules = {
  name: 'tensor',
  fields: {
    1: { wire: 'integers' },
    2: { wire: 'varint', once: true },
    8: { wire: 'length', once: true },
    9: { wire: 'length', once: true },
  },
  refused: { 13: 'weights in another file', 14: 'weights in another file' },
};

const VALUE_RULES: MessageRules = {
  name: 'input or output',
  fields: { 1: { wire: 'length', once: true }, 2: { wire: 'length', once: true } },
};
const VALUE_TYPE_RULES: MessageRules = {
  name: 'type',
  fields: { 1: { wire: 'length', once: true } },
};
const TENSOR_TYPE_RULES: MessageRules = {
  name: 'tensor type',
  fields: { 1: { wire: 'varint', once: true }, 2: { wire: 'length', once: true } },
};
const SHAPE_RULES: MessageRules = { name: 'shape', fields: { 1: { wire: 'length' } } };
const DIMENSION_RULES: MessageRules = {
  name: 'dimension',
  fields: { 1: { wire: 'varint', once: true }, 2: { wire: 'length', once: true } },
};

/**
 * Reads a graph as our exporter writes it, and refuses everything else.
 *
 * @throws at the first thing our files never hold: another operator, a domain, a subgraph, other files' data, an unknown field.
 */
export async function readGraph(
  reader: ProtobufReader,
  field: ProtobufField,
): Promise<ListedGraph> {
  const graph: ListedGraph = { nodes: [], initialisers: [], inputs: [], outputs: [] };
  for await (const part of checkedFields(reader, field, GRAPH_RULES)) {
    if (part.number === 1) graph.nodes.push(await readNode(reader, part));
    else if (part.number === 5) graph.initialisers.push(await readTensor(reader, part));
    else if (part.number === 11) graph.inputs.push(await readValue(reader, part));
    else if (part.number === 12) graph.outputs.push(await readValue(reader, part));
    if (graph.nodes.length > MAX_NODES || graph.initialisers.length > MAX_TENSORS) {
      throw new Error(`it has more than ${MAX_NODES} nodes or ${MAX_TENSORS} tensors`);
    }
  }
  return graph;
}

async function readNode(reader: ProtobufReader, message: ProtobufField): Promise<OnnxNode> {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes: [string, OnnxAttribute][] = [];
  let name = '';
  let operator = '';
  let domain = '';
  for await (const field of checkedFields(reader, message, NODE_RULES)) {
    if (field.number === 5) {
      attributes.push(await readAttribute(reader, field));
      continue;
    }
    const text = await reader.text(field, MAX_NAME_BYTES);
    if (field.number === 1) inputs.push(text);
    else if (field.number === 2) outputs.push(text);
    else if (field.number === 3) name = text;
    else if (field.number === 4) operator = text;
    else domain = text;
  }
  if (domain !== '') throw new Error(`it uses operators of the domain "${domain}"`);
  if (!EXPORTED_OPERATORS.has(operator)) throw new Error(`it uses the operator "${operator}"`);
  const distinct = new Map(attributes);
  if (distinct.size < attributes.length) throw new Error(`its node "${name}" repeats an attribute`);
  return { name, operator, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

async function readAttribute(
  reader: ProtobufReader,
  message: ProtobufField,
): Promise<[string, OnnxAttribute]> {
  let name = '';
  let type = 0;
  let float = NaN;
  let int = NaN;
  const ints: number[] = [];
  const kinds = new Set<number>();
  for await (const field of checkedFields(reader, message, ATTRIBUTE_RULES)) {
    if ([2, 3, 8].includes(field.number)) kinds.add(field.number);
    if (field.number === 1) name = await reader.text(field, MAX_NAME_BYTES);
    else if (field.number === 2) float = readFloat(await reader.bytes(field, 4));
    else if (field.number === 3) int = field.value;
    else if (field.number === 8) ints.push(...(await reader.integers(field, MAX_NAME_BYTES)));
    else type = field.value;
  }
  if (kinds.size > 1) throw new Error(`its attribute "${name}" has values of two kinds`);
  if (type === 1) return [name, { float }];
  if (type === 2) return [name, { int }];
  if (type === 7) return [name, { ints }];
  throw new Error(`its attribute "${name}" has the type ${type}, which files of ours do not use`);
}

async function readTensor(reader: ProtobufReader, message: ProtobufField): Promise<ListedTensor> {
  const dims: number[] = [];
  let type: OnnxType | undefined;
  let name = '';
  let content: ProtobufField | undefined;
  for await (const field of checkedFields(reader, message, TENSOR_RULES)) {
    if (field.number === 1) dims.push(...(await reader.integers(field, MAX_NAME_BYTES)));
    else if (field.number === 2) type = typeOf(field.value);
    else if (field.number === 8) name = await reader.text(field, MAX_NAME_BYTES);
    else content = field;
  }
  const byteLength = content ? content.end - content.start : 0;
  const expected = dims.reduce((size, dim) => size * dim, type ? ONNX_TYPE_BYTES[type] : 0);
  if (!type || expected !== byteLength) {
    throw new Error(
      `its tensor "${name}" [${dims.join(', ')}] should have ${expected} bytes and has ${byteLength}`,
    );
  }
  const tensor: ListedTensor = { name, type, dims, start: content?.start ?? 0, byteLength };
  if (content && byteLength <= SMALL_TENSOR_BYTES) {
    tensor.bytes = (await reader.bytes(content, SMALL_TENSOR_BYTES)).slice();
  }
  return tensor;
}

async function readValue(reader: ProtobufReader, message: ProtobufField): Promise<OnnxValue> {
  let name = '';
  let type: OnnxType | undefined;
  const dims: (number | string)[] = [];
  for await (const field of checkedFields(reader, message, VALUE_RULES)) {
    if (field.number === 1) {
      name = await reader.text(field, MAX_NAME_BYTES);
      continue;
    }
    for await (const kind of checkedFields(reader, field, VALUE_TYPE_RULES)) {
      for await (const part of checkedFields(reader, kind, TENSOR_TYPE_RULES)) {
        if (part.number === 1) {
          type = typeOf(part.value);
          continue;
        }
        for await (const dimension of checkedFields(reader, part, SHAPE_RULES)) {
          for await (const extent of checkedFields(reader, dimension, DIMENSION_RULES)) {
            dims.push(
              extent.number === 1 ? extent.value : await reader.text(extent, MAX_NAME_BYTES),
            );
          }
        }
      }
    }
  }
  if (!type) throw new Error(`its input or output "${name}" has no type`);
  return { name, type, dims };
}

function typeOf(code: number): OnnxType {
  const names = Object.keys(ONNX_TYPES) as OnnxType[];
  const type = names.find((name) => ONNX_TYPES[name] === code);
  if (!type) throw new Error(`it has a tensor of the type ${code}, which files of ours do not use`);
  return type;
}

function readFloat(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}
