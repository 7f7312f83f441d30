/** A thread that draws whole frames into shared memory for pool.ts. */
import { parentPort, workerData } from 'node:worker_threads';
import { AnimateError, type AnimateErrorCode } from '../errors.ts';
import type { Neighbours } from './motion-blur.ts';
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
  /** Null draws sharp */
  neighbours: Neighbours | null;
  /** [height, width, 3 or 4] on shared memory */
  out: Uint8Array;
}

/** An error on its way through a message port, which strips classes and fields. */
export interface SentError {
  code: AnimateErrorCode | null;
  message: string;
  hint: string | undefined;
  stack: string | undefined;
}

export type WorkerAnswer = { frame: number } | { error: SentError };

function sent(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: error instanceof AnimateError ? error.code : null, hint: error instanceof AnimateError ? error.hint : undefined, message, stack };
}

const setup = workerData as WorkerSetup;
const port = parentPort;
if (port) {
  const answer = (message: WorkerAnswer): void => port.postMessage(message);
  try {
    const renderer = createRenderer(readRig(setup.rigBytes), setup.source, setup.options);
    port.on('message', (task: DrawTask) => {
      try {
        renderer.render(task.motion, task.out, task.activity, task.neighbours);
        answer({ frame: task.frame });
      } catch (error) {
        answer({ error: sent(error) });
      }
    });
  } catch (error) {
    answer({ error: sent(error) });
  }
}
