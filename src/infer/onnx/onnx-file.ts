import { shortenSentence } from '../../messages/shorten';
import { bertGraph, BERT_IR_VERSION, BERT_OPSET } from '../../export/bert-onnx';
import { PRODUCER } from '../../export/export-onnx';
import {
  assertKnownVersion,
  isVersionKey,
  METADATA_LIMITS,
  readModelMetadata,
  type ModelMetadata,
} from '../../export/model-metadata';
import type { OnnxValue } from '../../export/onnx-model';
import { F32_VARIANT } from '../../export/variants';
import { checkEntries, checkWeights } from './checksum-check';
import { findDifference } from './graph-difference';
import { readEntry } from './metadata-entry';
import { readGraph, type ListedTensor } from './onnx-graph-reader';
import { checkedFields, type MessageRules } from './protobuf-rules';
import { ProtobufReader, type ProtobufField } from './protobuf-reader';
import { readPlaces } from './word-places';

/** A model file that was checked from end to end; a session can be made from it. */
export interface OnnxFile {
  /** Name of the file; empty for a Blob without a name. */
  fileName: string;
  blob: Blob;
  metadata: ModelMetadata;
  /** Marks of the pieces that have a row in the word table, u8[pieces]; absent, all have. */
  hasRow?: Uint8Array;
  /** Whether the file has checksums, which then fit; a file from before them may have been changed since its export. */
  hasChecksums: boolean;
  /** Names of the operators that the graph uses, sorted. */
  operators: string[];
  /** Weights and constants: names, types, dimensions, sizes. */
  initialisers: ListedTensor[];
  inputs: OnnxValue[];
  outputs: OnnxValue[];
}

/** Limit of protobuf, which counts a message's bytes in a signed 32-bit integer. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/** Lower limit on the nodes of a layer; with it, no small file can make us build a large graph. */
const FEWEST_NODES_OF_LAYER = 20;

/** Characters of a sentence about what is wrong with a file. */
const LONGEST_FAULT = 260;

const DAMAGED_WAY_OUT = 'export or download the file again';
const FOREIGN_WAY_OUT =
  'it lacks the tags and the tokenizer: use a file exported by Tagwerk, or import its encoder as a Hugging Face folder and train';
const METADATA_WAY_OUT = 'update Tagwerk, or export the model again with this version';
const CHANGED_WAY_OUT = 'it was damaged or changed after its export, so ask for the file again';
const REFUSED_WAY_OUT =
  'Tagwerk writes no such file; do not use it, and ask for one exported by Tagwerk';

const MODEL_RULES: MessageRules = {
  name: 'model',
  fields: {
    1: { wire: 'varint', once: true },
    2: { wire: 'length', once: true },
    3: { wire: 'length', once: true },
    7: { wire: 'length', once: true },
    8: { wire: 'length', once: true },
    14: { wire: 'length' },
  },
  refused: { 20: 'training graphs', 25: 'functions of its own' },
};

const OPERATOR_SET_RULES: MessageRules = {
  name: 'operator set',
  fields: { 1: { wire: 'length', once: true }, 2: { wire: 'varint', once: true } },
};

/**
 * Reads and checks a dropped model file; its weights are read once, a few megabytes at a time.
 *
 * The graph is not taken on trust: it must be, node by node, the one our exporter makes of the configuration in the
 * file, so that nothing but the weights' numbers is the file's own. Weights and metadata are checked against the file's checksums.
 *
 * @throws an Error that names the file, what was expected, what came, and the way out.
 */
export async function readOnnxFile(blob: Blob): Promise<OnnxFile> {
  const fileName = blob instanceof File ? blob.name : '';
  try {
    return await readAndCheck(blob, fileName);
  } catch (error) {
    throw new Error(`${fileName || 'The model file'}: ${messageOf(error)}.`, { cause: error });
  }
}

async function readAndCheck(blob: Blob, fileName: string): Promise<OnnxFile> {
  if (blob.size > MAX_FILE_BYTES) {
    throw new Error(
      `it has ${blob.size} bytes, and an ONNX file has less than 2 GiB; ${DAMAGED_WAY_OUT}`,
    );
  }
  await assertPossible(blob);
  const reader = new ProtobufReader(blob);
  const origin = await explain(() => findOrigin(reader), DAMAGED_WAY_OUT);
  if (!origin.hasGraph) throw new Error(`it is not an ONNX model; ${DAMAGED_WAY_OUT}`);
  const { writer } = origin;
  if (!origin.isOurs) {
    const writtenBy = writer ? `written by "${writer}"` : 'without a name of its writer';
    throw new Error(`it is an ONNX model ${writtenBy}; ${FOREIGN_WAY_OUT}`);
  }
  if (writer !== PRODUCER) {
    const program = writer ? `"${writer}"` : 'another program';
    throw new Error(
      `it is a file of Tagwerk's that ${program} has written anew; ${CHANGED_WAY_OUT}`,
    );
  }

  const { graphField, entries } = await explain(() => readModel(reader), REFUSED_WAY_OUT);
  await explain(() => assertKnownVersion(entries), METADATA_WAY_OUT);
  const checksums = await explain(() => checkEntries(entries), CHANGED_WAY_OUT);
  const metadata = await explain(() => readModelMetadata(entries, blob.size), METADATA_WAY_OUT);
  const graph = await explain(() => readGraph(reader, graphField), REFUSED_WAY_OUT);
  const { config, words } = metadata;
  const { layers } = config;
  if (graph.nodes.length < layers * FEWEST_NODES_OF_LAYER) {
    throw new Error(
      `its configuration has ${layers} layers, too many for its ${graph.nodes.length} nodes; ${REFUSED_WAY_OUT}`,
    );
  }
  const expected = bertGraph(config, metadata.tags.length, F32_VARIANT, words);
  const difference = findDifference(graph, expected);
  if (difference) throw new Error(`${difference}; ${REFUSED_WAY_OUT}`);
  const weights = graph.initialisers.slice(0, expected.weights.length);
  const hasRow =
    words && (await explain(() => readPlaces(blob, weights[0]!, metadata, words), REFUSED_WAY_OUT));
  await explain(() => checkWeights(blob, weights, checksums), CHANGED_WAY_OUT);

  const operators = [...new Set(graph.nodes.map(({ operator }) => operator))].sort();
  const { initialisers, inputs, outputs } = graph;
  return {
    ...{ fileName, blob, metadata, operators, initialisers, inputs, outputs },
    ...(hasRow ? { hasRow } : {}),
    hasChecksums: checksums !== undefined,
  };
}

/** First bytes of what people have under the name of a model. */
const OTHER_FILES: readonly [start: RegExp | string, what: string, wayOut: string][] = [
  [
    /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|\?xml)/i,
    'a web page that was saved under this name',
    'download the file itself: its page usually has a button for it',
  ],
  [
    /^version https:\/\/git-lfs\.github\.com/,
    'a Git LFS pointer',
    'run git lfs pull where it lies, or download the file from its page',
  ],
  ['PK\x03\x04', 'a zip', 'unpack it and drop the .onnx in it'],
  ['\x1f\x8b', 'packed with gzip', 'drop it with its ending .gz, or unpack it first'],
];

/** Refuses by its first bytes what is no ONNX file, before anything is parsed. */
async function assertPossible(blob: Blob): Promise<void> {
  if (blob.size === 0) {
    throw new Error(`it is not an ONNX model but an empty file of 0 bytes; ${DAMAGED_WAY_OUT}`);
  }
  const start = String.fromCharCode(
    ...new Uint8Array(await blob.slice(0, Math.min(64, blob.size)).arrayBuffer()),
  );
  const other = OTHER_FILES.find(([expected]) =>
    typeof expected === 'string' ? start.startsWith(expected) : expected.test(start),
  );
  if (other) throw new Error(`it is ${other[1]}, not an ONNX model; ${other[2]}`);
}

/** Adds to an error's sentence what the person can do. */
async function explain<T>(work: () => T | Promise<T>, wayOut: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The names in a file may be of any length.
    throw new Error(`${shortenSentence(messageOf(error), LONGEST_FAULT)}; ${wayOut}`, {
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Origin {
  hasGraph: boolean;
  isOurs: boolean;
  /** Name of the program that wrote the file; empty where none stands there. */
  writer: string;
}

/** Tells our files from other programs' and from what is no ONNX at all, before the strict checks. */
async function findOrigin(reader: ProtobufReader): Promise<Origin> {
  const origin: Origin = { hasGraph: false, isOurs: false, writer: '' };
  for await (const field of reader.fields(0, reader.byteLength)) {
    if (field.wire !== 'length') continue;
    if (field.number === 2) origin.writer = await reader.text(field, 100);
    if (field.number === 7) origin.hasGraph = true;
    if (field.number !== 14) continue;
    for await (const part of reader.fields(field.start, field.end)) {
      if (part.number !== 1 || part.end - part.start > METADATA_LIMITS.keyBytes) continue;
      origin.isOurs ||= isVersionKey(await reader.text(part, METADATA_LIMITS.keyBytes));
    }
  }
  return origin;
}

/** Reads the fields of the model message; the graph is read later. */
async function readModel(
  reader: ProtobufReader,
): Promise<{ graphField: ProtobufField; entries: Map<string, string> }> {
  const entries = new Map<string, string>();
  let graphField: ProtobufField | undefined;
  let operatorSet = '';
  let irVersion = 0;
  for await (const field of checkedFields(
    reader,
    { start: 0, end: reader.byteLength },
    MODEL_RULES,
  )) {
    if (field.number === 1) irVersion = field.value;
    else if (field.number === 7) graphField = field;
    else if (field.number === 8) operatorSet = await readOperatorSet(reader, field);
    else if (field.number === 14) {
      const [key, value] = await readEntry(reader, field);
      if (entries.has(key)) throw new Error(`its metadata entry "${key}" stands there twice`);
      entries.set(key, value);
      if (entries.size > METADATA_LIMITS.entries)
        throw new Error('it has too many metadata entries');
    }
  }
  const expected = `the default operators of opset ${BERT_OPSET}`;
  if (operatorSet !== expected)
    throw new Error(`it should use ${expected} and uses ${operatorSet || 'none'}`);
  if (irVersion !== BERT_IR_VERSION)
    throw new Error(`it should be of ONNX's IR version ${BERT_IR_VERSION} and is of ${irVersion}`);
  if (!graphField) throw new Error('it has no graph');
  return { graphField, entries };
}

async function readOperatorSet(reader: ProtobufReader, message: ProtobufField): Promise<string> {
  let domain = '';
  let version = 0;
  for await (const field of checkedFields(reader, message, OPERATOR_SET_RULES)) {
    if (field.number === 1) domain = await reader.text(field, 100);
    else version = field.value;
  }
  return `${domain === '' ? 'the default operators' : `the domain "${domain}"`} of opset ${version}`;
}
