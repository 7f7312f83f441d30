/** Networks that run in a worker thread; to the caller they are functions like any other. */
import { Worker } from 'node:worker_threads';
import { cancelledError } from '../errors.ts';
import type { RunNetwork, Tensor } from '../tensor/tensor.ts';
import { fromPlainError, type Reply, type Request } from './messages.ts';
import type { NetworkFile, Networks, SessionOptions } from './session.ts';

type Waiting = { resolve: (reply: Reply) => void; reject: (error: unknown) => void };
/** Omit that keeps the members of a union apart. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** As `openNetworks` of session.ts, in a thread of its own. `signal` ends the thread, whatever it is doing. */
export async function openNetworksInWorker(files: readonly NetworkFile[], options: SessionOptions, signal?: AbortSignal): Promise<Networks> {
  const worker = new Worker(new URL('./worker.js', import.meta.url));
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
    if (waiting.size === 0) worker.unref(); // an idle worker must not keep the program alive
  });
  worker.on('error', endAll);
  worker.on('exit', (code) => endAll(new Error(`the network worker ended (exit code ${code})`)));

  const ask = async (request: WithoutId<Request>): Promise<Reply> => {
    if (ended) throw ended;
    const reply = await new Promise<Reply>((resolve, reject) => {
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...request }); // inputs are copied: the caller keeps them
    });
    if (reply.kind === 'failed') throw fromPlainError(reply.error);
    return reply;
  };
  const close = async () => {
    signal?.removeEventListener('abort', onAbort);
    endAll(new Error('the networks are closed'));
    await worker.terminate();
  };
  const onAbort = () => {
    endAll(cancelledError(signal));
    void worker.terminate();
  };
  signal?.addEventListener('abort', onAbort, { once: true });

  try {
    if (signal?.aborted) throw cancelledError(signal);
    const opened = (await ask({ kind: 'open', files, options })) as Extract<Reply, { kind: 'opened' }>;
    const runNamed = (network: string): RunNetwork => async (inputs: Record<string, Tensor>) => ((await ask({ kind: 'run', network, inputs })) as Extract<Reply, { kind: 'ran' }>).outputs;
    return { run: Object.fromEntries(files.map(({ name }) => [name, runNamed(name)])), used: opened.used, refused: opened.refused, close };
  } catch (error) {
    await close();
    throw error;
  }
}
