/** ONNX Runtime: graphs in, plain functions out. `run` and `create` block their thread, so the product calls this in a worker (worker.ts). */
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-node';
import { AnimateError, cancelledError } from '../errors.ts';
import type { RunNetwork, Tensor } from '../tensor/tensor.ts';
import { checkAnswers } from './answers.ts';
import { type DeviceName, type Refusal, startOnDevice } from './device.ts';
import { checkGraph } from './graph.ts';
import { silenceTelemetry } from './telemetry.ts';

/** One graph on disk and what its manifest says of it. */
export interface NetworkFile {
  name: string;
  path: string;
  inputs: Record<string, (number | string)[]>;
  outputs: Record<string, (number | string)[]>;
}

export interface SessionOptions {
  device: DeviceName | 'auto';
  /** Threads of one inference on the CPU. */
  threads: number;
  /** Asked between two sessions; true ends the opening with AnimateError `cancelled`. */
  isStopped?: () => boolean;
}

/** Networks by name, the device that runs them, and the devices that would not. */
export interface Networks {
  run: Record<string, RunNetwork>;
  used: DeviceName;
  refused: Refusal[];
  close(): Promise<void>;
}

/** Opens all `files` on one device: the first that starts every one of them. */
export async function openNetworks(files: readonly NetworkFile[], { device, threads, isStopped = () => false }: SessionOptions): Promise<Networks> {
  silenceTelemetry(); // does nothing in a worker, where the main thread has done it
  ort.env.logLevel = 'error';
  for (const { path } of files) checkGraph(path, await readFile(path).catch((cause: Error) => fail(path, cause)));
  const { started, used, refused } = await startOnDevice(device, (candidate) => createSessions(files, candidate, threads, isStopped));
  const run = Object.fromEntries(files.map((file, i) => [file.name, asFunction(file, started[i] as ort.InferenceSession, used)]));
  return { run, used, refused, close: () => release(started) };
}

function fail(path: string, cause: Error): never {
  throw new AnimateError('model-missing', `${path}: not readable (${cause.message})`, { cause });
}

async function createSessions(files: readonly NetworkFile[], device: DeviceName, threads: number, isStopped: () => boolean): Promise<ort.InferenceSession[]> {
  const sessions: ort.InferenceSession[] = [];
  try {
    for (const file of files) {
      if (isStopped()) throw cancelledError();
      sessions.push(await createSession(file, device, threads));
    }
    return sessions;
  } catch (error) {
    await release(sessions);
    throw error;
  }
}

/** A session on `device` alone, its graph checked against the manifest. */
export async function createSession(file: NetworkFile, device: DeviceName, threads: number): Promise<ort.InferenceSession> {
  const session = await ort.InferenceSession.create(file.path, {
    executionProviders: [device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } }, // threads that wait in a loop would take the cores from the renderer
  });
  try {
    checkShapes(file, 'input', file.inputs, session.inputMetadata);
    checkShapes(file, 'output', file.outputs, session.outputMetadata);
  } catch (error) {
    await session.release();
    throw error;
  }
  return session;
}

/** Inputs must be the same on both sides; the graph may have more outputs than the manifest names. An open size (a name) in the graph takes any number. */
function checkShapes(file: NetworkFile, side: 'input' | 'output', wanted: NetworkFile['inputs'], graph: readonly ort.InferenceSession.ValueMetadata[]): void {
  const fail = (what: string) => {
    throw new AnimateError('model-mismatch', `${file.path}: ${what}`, { hint: 'model.json and this file do not belong together: fetch the model again.' });
  };
  for (const [name, shape] of Object.entries(wanted)) {
    const found = graph.find((value) => value.name === name);
    if (!found) return fail(`${side} "${name}" of the manifest is not in the graph, which has ${graph.map((value) => `"${value.name}"`).join(', ')}`);
    if (!found.isTensor || found.type !== 'float32') return fail(`${side} "${name}" is ${found.isTensor ? found.type : 'no tensor'} in the graph, expected float32`);
    const agrees = found.shape.length === shape.length && found.shape.every((length, i) => typeof length === 'string' || length === shape[i]);
    if (!agrees) return fail(`${side} "${name}" is [${found.shape.join(', ')}] in the graph, manifest says [${shape.join(', ')}]`);
  }
  const extra = side === 'input' ? graph.find((value) => !(value.name in wanted)) : undefined;
  if (extra) fail(`input "${extra.name}" of the graph is not in the manifest`);
}

function asFunction(file: NetworkFile, session: ort.InferenceSession, device: DeviceName): RunNetwork {
  const outputNames = Object.keys(file.outputs);
  return async (inputs) => {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, { data, shape }]) => [name, new ort.Tensor('float32', data, shape)]));
    const results = await session.run(feeds, outputNames).catch((cause: Error) => {
      const [line] = cause.message.split('\n');
      throw new AnimateError(device === 'cpu' ? 'model-mismatch' : 'device-unavailable', `${file.path}: does not run on ${device} (${line})`, { cause });
    });
    const outputs = Object.fromEntries(outputNames.map((name) => [name, fromOrt(results[name] as ort.Tensor)]));
    checkAnswers(file.path, file.outputs, outputs);
    return outputs;
  };
}

function fromOrt(value: ort.Tensor): Tensor {
  return { data: value.data as Float32Array, shape: value.dims };
}

async function release(sessions: readonly ort.InferenceSession[]): Promise<void> {
  for (const session of sessions) await session.release();
}
