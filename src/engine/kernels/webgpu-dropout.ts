import * as tf from '@tensorflow/tfjs-core';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { dropThreshold } from '../ops/dropout-hash';
import type { DropoutAttributes } from './cpu-dropout';

const source = `
fn mix32(start: u32) -> u32 {
  var hash = (start ^ (start >> 16u)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13u)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16u);
}

fn chain(hash: u32, coordinate: u32) -> u32 {
  return mix32(hash ^ ((coordinate + 1u) * 0x9e3779b9u));
}

fn main(index: i32) {
  if (index < uniforms.size) {
    let columns = u32(uniforms.xShape.w);
    let lines = u32(uniforms.xShape.z);
    let groups = u32(uniforms.xShape.y);
    let at = u32(index);
    let line = at / columns;
    let group = line / lines;
    var hash = chain(uniforms.key, u32(rows[group / groups]));
    hash = chain(chain(chain(hash, group % groups), line % lines), at % columns);
    result[index] = select(x[index] * uniforms.scale, 0.0, hash < uniforms.threshold);
  }
}`;

/** `registerCpuDropout`'s kernel on WebGPU, with the same masks. */
export function registerWebgpuDropout(): void {
  tf.registerKernel({
    kernelName: 'CounterDropout',
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, rows } = inputs as { x: tf.TensorInfo; rows: tf.TensorInfo };
      const { rate, key } = attrs as unknown as DropoutAttributes;
      const size = tf.util.sizeFromShape(x.shape);
      // A fresh object each call: tfjs writes into `shaderKey`.
      const program = {
        outputShape: x.shape,
        shaderKey: 'counterDropout',
        workgroupSize: [64, 1, 1] as [number, number, number],
        dispatchLayout: { x: [0, 1, 2, 3] },
        dispatch: spread(Math.ceil(size / 64)),
        variableNames: ['x', 'rows'],
        uniforms: 'key: u32, threshold: u32, scale: f32,',
        size: true,
        getUserCode: () => source,
      };
      return (backend as WebGPUBackend).runWebGPUProgram(program, [x, rows], 'float32', [
        { type: 'uint32', data: [key >>> 0] },
        { type: 'uint32', data: [dropThreshold(rate)] },
        { type: 'float32', data: [1 / (1 - rate)] },
      ]);
    },
  });
}

/** Workgroups over two dimensions where one does not hold them: a dimension ends at 65,535. */
function spread(workgroups: number): [number, number, number] {
  const rows = Math.ceil(workgroups / 65_535);
  return [Math.ceil(workgroups / rows), rows, 1];
}
