/** A thread that draws whole frames into shared memory for pool.ts. One of them prepares the portrait for all. */
import { parentPort, workerData } from 'node:worker_threads';
import { AnimateError, type AnimateErrorCode } from '../errors.ts';
import type { Neighbours } from './motion-blur.ts';
import { openRenderer, type PreparedPortrait, preparePortrait, type Renderer, type RendererOptions, type RenderSource } from './renderer.ts';
import { readRig } from '../rig/rig.ts';
import { toShared } from './shared.ts';

export interface WorkerSetup {
  /** What to prepare; null in a thread that is sent what another prepared */
  portrait: { rigBytes: SharedArrayBuffer; source: RenderSource } | null;
  /** Whether others wait for what this thread prepares */
  isShared: boolean;
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

export type WorkerTask = DrawTask | { prepared: PreparedPortrait };
export type WorkerAnswer = { frame: number } | { prepared: PreparedPortrait } | { error: SentError };

function sent(error: unknown): SentError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: error instanceof AnimateError ? error.code : null, hint: error instanceof AnimateError ? error.hint : undefined, message, stack };
}

/** For sending: pictures on shared memory, and without the mask, which has done its work. */
function forOthers({ source, texture, plate, ...rest }: PreparedPortrait): PreparedPortrait {
  const data = toShared(texture.data);
  return { ...rest, source: { ...source, mask: null }, texture: { ...texture, data }, plate: plate && toShared(plate) };
}

const { portrait, isShared, options } = workerData as WorkerSetup;
const port = parentPort;
if (port) {
  const answer = (message: WorkerAnswer): void => port.postMessage(message);
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      answer({ error: sent(error) });
    }
  };
  let renderer: Renderer | undefined;
  const waiting: DrawTask[] = []; // sent before what is drawn is known
  const draw = ({ frame, motion, activity, neighbours, out }: DrawTask): void => {
    renderer?.render(motion, out, activity, neighbours);
    answer({ frame });
  };
  const open = (prepared: PreparedPortrait): void => {
    renderer = openRenderer(prepared, options);
    for (const task of waiting.splice(0)) draw(task);
  };
  port.on('message', (task: WorkerTask) =>
    attempt(() => {
      if ('prepared' in task) open(task.prepared);
      else if (renderer) draw(task);
      else waiting.push(task);
    }),
  );
  if (portrait) {
    attempt(() => {
      const prepared = preparePortrait(readRig(portrait.rigBytes), portrait.source, options);
      if (isShared) answer({ prepared: forOthers(prepared) });
      open(prepared);
    });
  }
}
