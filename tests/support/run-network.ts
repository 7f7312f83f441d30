/** Opens an ONNX file as a `RunNetwork`, in this thread: for tests of rooms that take networks as functions. */
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import type { RunNetwork, Tensor } from '../../src/tensor/tensor.ts';

export async function openRun(path: string): Promise<RunNetwork> {
  const session = await InferenceSession.create(path, { executionProviders: ['cpu'], intraOpNumThreads: 1, logSeverityLevel: 3 });
  return async (inputs) => {
    const feeds = Object.entries(inputs).map(([name, { data, shape }]) => [name, new OrtTensor('float32', data, shape)] as const);
    const results = await session.run(Object.fromEntries(feeds));
    const outputs: Record<string, Tensor> = {};
    for (const [name, { data, dims }] of Object.entries(results)) outputs[name] = { data: data as Float32Array, shape: dims };
    return outputs;
  };
}
