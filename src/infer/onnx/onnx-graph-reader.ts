import {
  onnxTypeBytes,
  onnxTypes,
  type OnnxAttribute,
  type OnnxNode,
  type OnnxType,
  type OnnxValue,
} from '../../export/onnx-model';
import { exportedOperators } from '../../export/bert-onnx';
import type { ProtobufField, ProtobufReader } from './protobuf-reader';
import { checkedFields, type MessageRules } from './protobuf-rules';

/** A constant tensor as the file lists it; only a small one's numbers are read. */
export interface ListedTensor {
  name: string;
  type: OnnxType;
  dims: readonly number[];
  byteLength: number;
  /** The content, up to 64 bytes; undefined for weights. */
  bytes?: Uint8Array;
}

/** A graph without its weights. */
export interface ListedGraph {
  nodes: OnnxNode[];
  initialisers: ListedTensor[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

const maxNameBytes = 300;
const maxNodes = 20_000;
const maxTensors = 10_000;
const smallTensorBytes = 64;

const graphRules: MessageRules = {
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

const nodeRules: MessageRules = {
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

const attributeRules: MessageRules = {
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

const tensorRules: MessageRules = {
  name: 'tensor',
  fields: {
    1: { wire: 'integers' },
    2: { wire: 'varint', once: true },
    8: { wire: 'length', once: true },
    9: { wire: 'length', once: true },
  },
  refused: { 13: 'weights in another file', 14: 'weights in another file' },
};

const valueRules: MessageRules = {
  name: 'input or output',
  fields: { 1: { wire: 'length', once: true }, 2: { wire: 'length', once: true } },
};
const valueTypeRules: MessageRules = {
  name: 'type',
  fields: { 1: { wire: 'length', once: true } },
};
const tensorTypeRules: MessageRules = {
  name: 'tensor type',
  fields: { 1: { wire: 'varint', once: true }, 2: { wire: 'length', once: true } },
};
const shapeRules: MessageRules = { name: 'shape', fields: { 1: { wire: 'length' } } };
const dimensionRules: MessageRules = {
  name: 'dimension',
  fields: { 1: { wire: 'varint', once: true }, 2: { wire: 'length', once: true } },
};

/**
 * Reads a graph as our exporter writes them, and nothing else.
 *
 * @throws at the first thing our files never hold: another operator, a domain, a subgraph, other files' data, an unknown field.
 */
export async function readGraph(
  reader: ProtobufReader,
  field: ProtobufField,
): Promise<ListedGraph> {
  const graph: ListedGraph = { nodes: [], initialisers: [], inputs: [], outputs: [] };
  for await (const part of checkedFields(reader, field, graphRules)) {
    if (part.number === 1) graph.nodes.push(await readNode(reader, part));
    else if (part.number === 5) graph.initialisers.push(await readTensor(reader, part));
    else if (part.number === 11) graph.inputs.push(await readValue(reader, part));
    else if (part.number === 12) graph.outputs.push(await readValue(reader, part));
    if (graph.nodes.length > maxNodes || graph.initialisers.length > maxTensors) {
      throw new Error(`it has more than ${maxNodes} nodes or ${maxTensors} tensors`);
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
  for await (const field of checkedFields(reader, message, nodeRules)) {
    if (field.number === 5) {
      attributes.push(await readAttribute(reader, field));
      continue;
    }
    const text = await reader.text(field, maxNameBytes);
    if (field.number === 1) inputs.push(text);
    else if (field.number === 2) outputs.push(text);
    else if (field.number === 3) name = text;
    else if (field.number === 4) operator = text;
    else domain = text;
  }
  if (domain !== '') throw new Error(`it uses operators of the domain "${domain}"`);
  if (!exportedOperators.has(operator)) throw new Error(`it uses the operator "${operator}"`);
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
  for await (const field of checkedFields(reader, message, attributeRules)) {
    if ([2, 3, 8].includes(field.number)) kinds.add(field.number);
    if (field.number === 1) name = await reader.text(field, maxNameBytes);
    else if (field.number === 2) float = readFloat(await reader.bytes(field, 4));
    else if (field.number === 3) int = field.value;
    else if (field.number === 8) ints.push(...(await reader.integers(field, maxNameBytes)));
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
  for await (const field of checkedFields(reader, message, tensorRules)) {
    if (field.number === 1) dims.push(...(await reader.integers(field, maxNameBytes)));
    else if (field.number === 2) type = typeOf(field.value);
    else if (field.number === 8) name = await reader.text(field, maxNameBytes);
    else content = field;
  }
  const byteLength = content ? content.end - content.start : 0;
  const expected = dims.reduce((size, dim) => size * dim, type ? onnxTypeBytes[type] : 0);
  if (!type || expected !== byteLength) {
    throw new Error(
      `its tensor "${name}" [${dims.join(', ')}] should have ${expected} bytes and has ${byteLength}`,
    );
  }
  const tensor: ListedTensor = { name, type, dims, byteLength };
  if (content && byteLength <= smallTensorBytes) {
    tensor.bytes = (await reader.bytes(content, smallTensorBytes)).slice();
  }
  return tensor;
}

async function readValue(reader: ProtobufReader, message: ProtobufField): Promise<OnnxValue> {
  let name = '';
  let type: OnnxType | undefined;
  const dims: (number | string)[] = [];
  for await (const field of checkedFields(reader, message, valueRules)) {
    if (field.number === 1) {
      name = await reader.text(field, maxNameBytes);
      continue;
    }
    for await (const kind of checkedFields(reader, field, valueTypeRules)) {
      for await (const part of checkedFields(reader, kind, tensorTypeRules)) {
        if (part.number === 1) {
          type = typeOf(part.value);
          continue;
        }
        for await (const dimension of checkedFields(reader, part, shapeRules)) {
          for await (const extent of checkedFields(reader, dimension, dimensionRules)) {
            dims.push(extent.number === 1 ? extent.value : await reader.text(extent, maxNameBytes));
          }
        }
      }
    }
  }
  if (!type) throw new Error(`its input or output "${name}" has no type`);
  return { name, type, dims };
}

function typeOf(code: number): OnnxType {
  const names = Object.keys(onnxTypes) as OnnxType[];
  const type = names.find((name) => onnxTypes[name] === code);
  if (!type) throw new Error(`it has a tensor of the type ${code}, which files of ours do not use`);
  return type;
}

function readFloat(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getFloat32(0, true);
}
