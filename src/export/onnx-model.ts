import { ProtobufMessage } from './protobuf-writer';

/** Codes of TensorProto.DataType for the types that we write. */
export const ONNX_TYPES = { float: 1, uint8: 2, int32: 6, int64: 7, float16: 10 } as const;
export type OnnxType = keyof typeof ONNX_TYPES;

/** Bytes of one element of a type. */
export const ONNX_TYPE_BYTES: Record<OnnxType, number> = {
  float: 4,
  uint8: 1,
  int32: 4,
  int64: 8,
  float16: 2,
};

export type OnnxAttribute = { int: number } | { float: number } | { ints: readonly number[] };

export interface OnnxNode {
  name: string;
  /** Name of an operator of the default domain. */
  operator: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

/** A constant tensor without its numbers. */
export interface OnnxTensorShape {
  name: string;
  type: OnnxType;
  dims: readonly number[];
}

/** A constant tensor; its numbers are little-endian and row by row. */
export interface OnnxTensor extends OnnxTensorShape {
  bytes: Uint8Array<ArrayBuffer>;
}

/** A graph's input or output; a string names a dimension that varies. */
export interface OnnxValue {
  name: string;
  type: OnnxType;
  dims: readonly (number | string)[];
}

export interface OnnxGraph {
  name: string;
  nodes: readonly OnnxNode[];
  initialisers: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

export interface OnnxModel {
  /** Version of the file format, not of the operators. */
  irVersion: number;
  /** Version of the default operator set. */
  opset: number;
  producer: string;
  producerVersion: string;
  graph: OnnxGraph;
  metadata: ReadonlyMap<string, string>;
}

/**
 * Writes a model as the parts of a file, `new Blob(parts)`, after onnx.proto3 of ONNX 1.12 and later; tensors stay the caller's views.
 *
 * @throws a RangeError above 2 GiB.
 */
export function writeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer>[] {
  const message = new ProtobufMessage()
    .writeInt(1, model.irVersion)
    .writeString(2, model.producer)
    .writeString(3, model.producerVersion)
    .writeMessage(7, graphMessage(model.graph))
    .writeMessage(8, new ProtobufMessage().writeString(1, '').writeInt(2, model.opset));
  for (const [key, value] of model.metadata) writeMetadataEntry(message, key, value);
  return message.toParts();
}

/** Writes one entry of a model's `metadata_props`. */
export function writeMetadataEntry(
  model: ProtobufMessage,
  key: string,
  value: string,
): ProtobufMessage {
  return model.writeMessage(14, new ProtobufMessage().writeString(1, key).writeString(2, value));
}

function graphMessage(graph: OnnxGraph): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const node of graph.nodes) message.writeMessage(1, nodeMessage(node));
  message.writeString(2, graph.name);
  for (const tensor of graph.initialisers) message.writeMessage(5, tensorMessage(tensor));
  for (const input of graph.inputs) message.writeMessage(11, valueMessage(input));
  for (const output of graph.outputs) message.writeMessage(12, valueMessage(output));
  return message;
}

function nodeMessage(node: OnnxNode): ProtobufMessage {
  const message = new ProtobufMessage();
  for (const input of node.inputs) message.writeString(1, input);
  for (const output of node.outputs) message.writeString(2, output);
  message.writeString(3, node.name).writeString(4, node.operator);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    message.writeMessage(5, attributeMessage(name, attribute));
  }
  return message;
}

function attributeMessage(name: string, attribute: OnnxAttribute): ProtobufMessage {
  const message = new ProtobufMessage().writeString(1, name);
  if ('float' in attribute) return message.writeFloat(2, attribute.float).writeInt(20, 1);
  if ('int' in attribute) return message.writeInt(3, attribute.int).writeInt(20, 2);
  for (const value of attribute.ints) message.writeInt(8, value);
  return message.writeInt(20, 7);
}

function tensorMessage(tensor: OnnxTensor): ProtobufMessage {
  const expectedBytes = tensor.dims.reduce((size, dim) => size * dim, ONNX_TYPE_BYTES[tensor.type]);
  if (tensor.bytes.byteLength !== expectedBytes) {
    throw new Error(
      `Tensor ${tensor.name} [${tensor.dims.join(', ')}] takes ${expectedBytes} bytes; it was given ${tensor.bytes.byteLength}.`,
    );
  }
  const message = new ProtobufMessage();
  for (const dim of tensor.dims) message.writeInt(1, dim);
  return message
    .writeInt(2, ONNX_TYPES[tensor.type])
    .writeString(8, tensor.name)
    .writeBytes(9, tensor.bytes);
}

function valueMessage(value: OnnxValue): ProtobufMessage {
  const shape = new ProtobufMessage();
  for (const dim of value.dims) {
    const dimension = new ProtobufMessage();
    shape.writeMessage(
      1,
      typeof dim === 'number' ? dimension.writeInt(1, dim) : dimension.writeString(2, dim),
    );
  }
  const tensorType = new ProtobufMessage()
    .writeInt(1, ONNX_TYPES[value.type])
    .writeMessage(2, shape);
  return new ProtobufMessage()
    .writeString(1, value.name)
    .writeMessage(2, new ProtobufMessage().writeMessage(1, tensorType));
}
