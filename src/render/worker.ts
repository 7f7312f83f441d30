/** A thread that draws whole frames into shared memory for pool.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRenderer, type RenderSource, type RendererOptions } from './renderer.ts';
import { readRig } from './rig.ts';

export interface WorkerSetup {
  rigBytes: SharedArrayBuffer;
  source: RenderSource;
  options: RendererOptions;
}

export interface DrawTask {
  frame: number;
  /** [58] */
  motion: Float32Array;
  activity: number;
  /** [height, width, 3] on shared memory */
  out: Uint8Array;
}

export type WorkerAnswer = { frame: number } | { error: unknown };

const setup = workerData as WorkerSetup;
const port = parentPort;
if (port) {
  const answer = (message: WorkerAnswer): void => port.postMessage(message);
  try {
    const renderer = createRenderer(readRig(setup.rigBytes), setup.source, setup.options);
    port.on('message', (task: DrawTask) => {
      try {
        renderer.render(task.motion, task.out, task.activity);
        answer({ frame: task.frame });
      } catch (error) {
        answer({ error });
      }
    });
  } catch (error) {
    answer({ error });
  }
}
