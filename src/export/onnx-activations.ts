import type { Activation } from '../engine/ops/activations';
import type { OnnxGraphBuilder } from './onnx-graph-builder';

/** Adds an activation of each number, in the form that runtimes recognise and fuse. Formulas stand at the op, `activate`. */
export function addActivation(
  graph: OnnxGraphBuilder,
  activation: Activation,
  name: string,
  x: string,
): string {
  return ADD[activation](graph, `${name}/${activation}`, x);
}

type Add = (graph: OnnxGraphBuilder, name: string, x: string) => string;

const ADD: Readonly<Record<Activation, Add>> = {
  relu: (graph, name, x) => graph.add(name, 'Relu', [x]),
  // x · (1 + erf(x / √2)) · ½
  gelu: (graph, name, x) => {
    const scaled = graph.add(`${name}/scaled`, 'Div', [x, graph.scalar('root_2', Math.SQRT2)]);
    const erf = graph.add(`${name}/erf`, 'Erf', [scaled]);
    return gate(graph, name, x, erf);
  },
  // x · (1 + tanh(√(2/π) · x · (1 + 0.044715x²))) · ½
  gelu_new: (graph, name, x) => {
    const square = graph.add(`${name}/square`, 'Mul', [x, x]);
    const cubic = graph.scalar('gelu_cubic', 0.044715);
    const small = graph.add(`${name}/small`, 'Mul', [square, cubic]);
    const factor = graph.add(`${name}/factor`, 'Add', [small, graph.scalar('one', 1)]);
    const root = graph.scalar('root_2_by_pi', Math.sqrt(2 / Math.PI));
    const scaled = graph.add(`${name}/scaled`, 'Mul', [x, root]);
    const inner = graph.add(`${name}/inner`, 'Mul', [scaled, factor]);
    const tanh = graph.add(`${name}/tanh`, 'Tanh', [inner]);
    return gate(graph, name, x, tanh);
  },
};

/** Adds x · (1 + sigmoid) · ½, with a sigmoid from −1 to 1. */
function gate(graph: OnnxGraphBuilder, name: string, x: string, sigmoid: string): string {
  const shifted = graph.add(`${name}/shifted`, 'Add', [sigmoid, graph.scalar('one', 1)]);
  const product = graph.add(`${name}/product`, 'Mul', [x, shifted]);
  return graph.add(name, 'Mul', [product, graph.scalar('half', 0.5)]);
}
