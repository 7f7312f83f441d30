/** Networks that run in a worker thread; to the caller they are functions like any other. */
import { Worker } from 'node:worker_threads';
import { AnimateError, cancelledError, throwIfCancelled } from '../errors.ts';
import type { RunNetwork, Tensor } from '../tensor/tensor.ts';
import { fromPlainError, type Reply, type Request } from './messages.ts';
import type { NetworkFile, Networks, SessionOptions } from './session.ts';
import { silenceTelemetry } from './telemetry.ts';

type Waiting = { resolve: (reply: Reply) => void; reject: (error: unknown) => void };
/** Omit that keeps the members of a union apart. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/**
 * As `openNetworks` of session.ts, in a thread of its own. When `signal` fires everything rejects as soon as the running native call is over:
 * ONNX Runtime aborts the whole process when its thread is torn down in the middle of one.
 */
export async function openNetworksInWorker(files: readonly NetworkFile[], options: SessionOptions, signal?: AbortSignal): Promise<Networks> {
  throwIfCancelled(signal);
  silenceTelemetry();
  const stopped = new Int32Array(new SharedArrayBuffer(4)); // 1: no further work; read between native calls, when no message comes through
  const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: { stopped } });
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const waiting = new Map<number, Waiting>();
  let nextId = 0;
  let ended: Error | undefined;

  const endAll = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (reply: Reply) => {
    waiting.get(reply.id)?.resolve(reply);
    waiting.delete(reply.id);
    if (waiting.size === 0 && Atomics.load(stopped, 0) === 0) worker.unref(); // an idle worker must not keep the program alive, one that is about to end must: somebody waits for it
  });
  worker.on('error', (error) => endAll(asLoadFailure(error)));
  worker.on('exit', (code) => endAll(signal?.aborted ? cancelledError(signal) : new Error(`the network worker ended (exit code ${code})`)));

  const ask = async (request: WithoutId<Request>): Promise<Reply> => {
    if (ended) throw ended;
    throwIfCancelled(signal);
    const reply = await new Promise<Reply>((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...request }); // inputs are copied: the caller keeps them
    });
    if (reply.kind === 'failed') throw fromPlainError(reply.error);
    return reply;
  };
  const stop = () => {
    Atomics.store(stopped, 0, 1);
    worker.ref();
    worker.postMessage(null); // wakes it, should it wait for work
  };
  const close = async () => {
    signal?.removeEventListener('abort', stop);
    ended ??= new Error('the networks are closed');
    stop();
    await exited;
  };
  signal?.addEventListener('abort', stop, { once: true });

  try {
    const opened = (await ask({ kind: 'open', files, options })) as Extract<Reply, { kind: 'opened' }>;
    const runNamed = (network: string): RunNetwork => async (inputs: Record<string, Tensor>) => ((await ask({ kind: 'run', network, inputs })) as Extract<Reply, { kind: 'ran' }>).outputs;
    return { run: Object.fromEntries(files.map(({ name }) => [name, runNamed(name)])), used: opened.used, refused: opened.refused, close };
  } catch (error) {
    await close();
    throw signal?.aborted ? cancelledError(signal) : error;
  }
}

/** ONNX Runtime that is not there, or was built for another system, is nobody's bug. */
function asLoadFailure(error: Error & { code?: unknown }): Error {
  if (!['ERR_DLOPEN_FAILED', 'MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'].includes(String(error.code))) return error;
  const [line] = error.message.split('\n');
  return new AnimateError('device-unavailable', `ONNX Runtime does not load (${line})`, { cause: error, hint: 'Install the package again on this machine, with npm ci or npm install; animate doctor tells more.' });
}
