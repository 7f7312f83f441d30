/** Frames over worker threads: each thread draws whole frames, which scales better than rows (nothing is shared within a frame), and they come out in order. */
import { Worker } from 'node:worker_threads';
import { AnimateError, cancelledError, throwIfCancelled } from '../errors.ts';
import { type SurroundedMotion, withActivity, withNeighbours } from './activity.ts';
import { analyseSource, channelsOf, createRenderer, type PortraitAnalysis, type PreparedPortrait, type RendererOptions, type RenderSource } from './renderer.ts';
import { readRig } from '../rig/rig.ts';
import { toShared } from './shared.ts';
import type { DrawTask, SentError, WorkerAnswer, WorkerSetup, WorkerTask } from './worker.ts';

export interface RenderFramesOptions extends RendererOptions {
  /** Worker threads; 0 draws in the calling thread. */
  threads: number;
  /** Frames a second of `motions`, for the ramps of speech activity. Default 25. */
  fps?: number;
  /** How many `motions` there are, where the first and the last frame must be the picture itself. */
  restingFrames?: number | undefined;
  /** The mouth is the motion's in every frame, in pauses too: somebody's lips are followed. */
  isAlwaysActive?: boolean | undefined;
  /** False leaves fast lips and lids sharp. Default true. */
  motionBlur?: boolean;
  signal?: AbortSignal | undefined;
  /** What `onPrepared` got for the same rig, source and options: saves most of the start. */
  prepared?: PreparedPortrait | undefined;
  /** Gets what was found out about the portrait; not called with `threads` 0. */
  onPrepared?: ((prepared: PreparedPortrait) => void) | undefined;
}

/** Identity, pose and warnings of a portrait, before any motion exists. */
export function analysePortrait(rigBytes: ArrayBuffer | SharedArrayBuffer, source: RenderSource): PortraitAnalysis {
  return analyseSource(readRig(rigBytes), source);
}

/**
 * Draws motions [58] in order. The yielded frame [height, width, channels] sRGB, four channels where the source has transparency, is valid until the next one is asked for.
 * Memory is bounded: at most `threads + 2` frames exist at a time.
 */
export async function* renderFrames(
  rigBytes: ArrayBuffer | SharedArrayBuffer,
  source: RenderSource,
  motions: AsyncIterable<Float32Array>,
  options: RenderFramesOptions,
): AsyncGenerator<Uint8Array> {
  throwIfCancelled(options.signal);
  const active = withNeighbours(withActivity(motions, options.fps ?? 25, options));
  if (options.threads === 0) yield* renderHere(rigBytes, source, active, options);
  else yield* renderThere(rigBytes, source, active, options);
}

async function* renderHere(rigBytes: ArrayBuffer | SharedArrayBuffer, source: RenderSource, motions: AsyncIterable<SurroundedMotion>, options: RenderFramesOptions): AsyncGenerator<Uint8Array> {
  const renderer = createRenderer(readRig(rigBytes), source, options);
  const out = new Uint8Array(source.width * source.height * channelsOf(source));
  for await (const { motion, activity, neighbours } of motions) {
    throwIfCancelled(options.signal);
    renderer.render(motion, out, activity, options.motionBlur === false ? null : neighbours);
    yield out;
  }
}

interface Slot {
  out: Uint8Array;
  done: Promise<void>;
}

async function* renderThere(rigBytes: ArrayBuffer | SharedArrayBuffer, source: RenderSource, motions: AsyncIterable<SurroundedMotion>, options: RenderFramesOptions): AsyncGenerator<Uint8Array> {
  const { threads, signal } = options;
  const crew = startCrew(threads, { rigBytes: sharedRig(rigBytes), source: onSharedMemory(source) }, options);
  const cancel = (): void => crew.fail(cancelledError(signal));
  signal?.addEventListener('abort', cancel, { once: true });
  const iterator = motions[Symbol.asyncIterator]();
  try {
    const free: Uint8Array[] = Array.from({ length: threads + 2 }, () => new Uint8Array(new SharedArrayBuffer(source.width * source.height * channelsOf(source))));
    const pending: Slot[] = [];
    let ended = false;
    for (;;) {
      // One buffer stays with the reader of the last frame until the next is asked for, by when it is free again.
      while (!ended && free.length > 0) {
        const next = await Promise.race([iterator.next(), crew.failed]);
        if (next.done) ended = true;
        else {
          const out = free.pop() as Uint8Array;
          const { value } = next;
          pending.push({ out, done: crew.draw(options.motionBlur === false ? { ...value, neighbours: null } : value, out) });
        }
      }
      const first = pending.shift();
      if (!first) return;
      await Promise.race([first.done, crew.failed]);
      yield first.out;
      free.push(first.out);
    }
  } finally {
    signal?.removeEventListener('abort', cancel);
    await crew.dismiss();
    // After a cancellation the source may be stuck in its own step: tell it, but do not wait.
    const closed = iterator.return?.();
    if (signal?.aborted) closed?.catch(() => {});
    else await closed;
  }
}

/** What a thread may be told: no functions, no signal. */
function rendererOptions({ matte, fineness }: RendererOptions): RendererOptions {
  return { ...(matte === undefined ? {} : { matte }), fineness };
}

interface Crew {
  draw(motion: SurroundedMotion, out: Uint8Array): Promise<void>;
  fail(error: unknown): void;
  /** Never resolves; rejects when a thread fails or `fail` is called. */
  failed: Promise<never>;
  dismiss(): Promise<void>;
}

/** The first thread prepares the portrait and draws; the others wait for what it found. */
function startCrew(threads: number, portrait: NonNullable<WorkerSetup['portrait']>, { prepared, onPrepared, ...drawing }: RenderFramesOptions): Crew {
  const options = rendererOptions(drawing);
  let fail: (error: unknown) => void = () => {};
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  failed.catch(() => {}); // whoever races with it hears of it
  const finish = new Map<number, () => void>();
  const hands = Array.from({ length: threads }, (_, index) => {
    const workerData: WorkerSetup = { portrait: index === 0 && !prepared ? portrait : null, isShared: threads > 1 || onPrepared !== undefined, options };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData });
    const hand = { worker, load: 0 };
    worker.on('message', (answer: WorkerAnswer) => {
      if ('error' in answer) return fail(received(answer.error));
      if ('prepared' in answer) {
        onPrepared?.(answer.prepared);
        for (const other of hands.slice(1)) other.worker.postMessage(answer);
        return;
      }
      hand.load--;
      finish.get(answer.frame)?.();
      finish.delete(answer.frame);
    });
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`a thread of the renderer ended (exit code ${code})`))); // after `dismiss` nobody listens
    if (prepared) worker.postMessage({ prepared } satisfies WorkerTask);
    return hand;
  });
  let frame = 0;
  return {
    draw({ motion, activity, neighbours }, out) {
      const hand = hands.reduce((best, other) => (other.load < best.load ? other : best));
      hand.load++;
      const task: DrawTask = { frame: frame++, motion, activity, neighbours, out };
      return new Promise((resolve) => {
        finish.set(task.frame, resolve);
        hand.worker.postMessage(task);
      });
    },
    fail: (error) => fail(error),
    failed,
    async dismiss() {
      await Promise.all(hands.map(({ worker }) => worker.terminate()));
    },
  };
}

function received({ code, message, hint, stack }: SentError): Error {
  if (code) return new AnimateError(code, message, hint === undefined ? {} : { hint });
  return Object.assign(new Error(message), { stack });
}

function sharedRig(bytes: ArrayBuffer | SharedArrayBuffer): SharedArrayBuffer {
  return toShared(new Uint8Array(bytes)).buffer as SharedArrayBuffer;
}

/** A mask stays as it is: only one thread reads it. */
function onSharedMemory(source: RenderSource): RenderSource {
  return { ...source, rgb: toShared(source.rgb), alpha: source.alpha ? toShared(source.alpha) : null };
}
