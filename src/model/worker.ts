/** The thread that all networks run in. It ends itself once `stopped` is set: to end it from outside during a native call would abort the process. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Reply, type Request, toPlainError } from './messages.ts';
import { type Networks, openNetworks } from './session.ts';

const { stopped } = workerData as { stopped: Int32Array };
const isStopped = () => Atomics.load(stopped, 0) === 1;
let networks: Networks | undefined;

async function answer(request: Request): Promise<Reply> {
  const { id } = request;
  try {
    if (request.kind === 'open') {
      networks = await openNetworks(request.files, { ...request.options, isStopped });
      return { id, kind: 'opened', used: networks.used, refused: networks.refused };
    }
    const run = networks?.run[request.network];
    if (!run) throw new Error(`network "${request.network}" is not open`);
    return { id, kind: 'ran', outputs: await run(request.inputs) };
  } catch (error) {
    return { id, kind: 'failed', error: toPlainError(error) };
  }
}

let queue = Promise.resolve(); // one request after the other, in the order of their coming
parentPort?.on('message', (request: Request | null) => {
  queue = queue.then(async () => {
    if (isStopped() || request === null) {
      parentPort?.close();
      return;
    }
    const reply = await answer(request);
    const buffers = reply.kind === 'ran' ? Object.values(reply.outputs).map((output) => output.data.buffer as ArrayBuffer) : [];
    parentPort?.postMessage(reply, [...new Set(buffers)]);
  });
});
