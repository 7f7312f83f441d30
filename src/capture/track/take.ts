/** A take: any film of a performance as a stream of upright RGB frames with their true times. */
import type { Pixels } from '../../face/pixels.ts';
import { AnimateError } from '../../errors.ts';
import { findFfmpeg } from '../../ffmpeg/find.ts';
import { readRawFrames } from '../../ffmpeg/matroska.ts';
import { type Probe, probe, type VideoStream } from '../../ffmpeg/probe.ts';
import { FfmpegFailure, meaningfulLine, runFfmpeg } from '../../ffmpeg/run.ts';
import { runAhead } from '../../run-ahead.ts';
import { type FrameOptions, frameArguments, startArguments } from './take-arguments.ts';
import { checkTakeFile, noVideoError, stillError } from './take-checks.ts';

export interface TakeFrame extends Pixels {
  /** 0, 1, 2 ... among the frames that are read. `rgb` is used again: it is valid until the next frame is asked for. */
  readonly index: number;
  /** Seconds from the first sample of the take's sound; from the first picture where it has none. May be negative: pictures before the sound. */
  readonly timeSeconds: number;
}

export interface Take {
  readonly path: string;
  /** Upright, square pixels. */
  readonly width: number;
  readonly height: number;
  /** Mean rate of the frames that are read, at most 62; of a variable rate what the header says. */
  readonly fps: number;
  /** As the header says; undefined when it does not. */
  readonly durationSeconds: number | undefined;
  readonly hasSound: boolean;
  /** When the first picture comes, seconds from the first sample of the sound. */
  readonly startSeconds: number;
  /** Each call reads the file anew. */
  frames(options?: FrameOptions): AsyncGenerator<TakeFrame>;
  /** What was wrong but usable, each thing once; complete when `frames()` has ended. */
  readonly warnings: readonly string[];
}

export interface OpenTakeOptions {
  /** The program to use; found by itself when left out. */
  readonly ffmpegPath?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

const framesAhead = 3;

/** Throws `unreadable-input` for a file that is missing, damaged, a sound or a still picture. */
export async function openTake(path: string, { ffmpegPath, signal }: OpenTakeOptions = {}): Promise<Take> {
  await checkTakeFile(path);
  const ffmpeg = ffmpegPath ?? (await findFfmpeg()).path;
  const found = await probe(ffmpeg, path, { signal });
  const { video } = found;
  if (video === null) throw noVideoError(path, found);
  const start = await readStart(ffmpeg, path, found, signal);
  const warnings = new Set<string>();
  return {
    path,
    width: start.width,
    height: start.height,
    fps: rateOf(video, start.stepSeconds),
    durationSeconds: found.durationSeconds,
    hasSound: start.hasSound,
    startSeconds: start.videoSeconds,
    frames: (options) => runAhead(readFrames(ffmpeg, path, video, start.videoSeconds, warnings, options, signal), framesAhead),
    get warnings() {
      return [...warnings];
    },
  };
}

/** As `frameArguments` thins them out. */
function rateOf({ fps }: VideoStream, stepSeconds: number): number {
  const rate = fps > 0 ? fps : 1 / stepSeconds;
  return rate / Math.max(1, Math.ceil(rate / 62));
}

async function* readFrames(ffmpeg: string, path: string, video: VideoStream, startSeconds: number, warnings: Set<string>, options: FrameOptions | undefined, signal: AbortSignal | undefined) {
  const running = runFfmpeg(ffmpeg, frameArguments(path, video, options), { output: 'pipe', signal });
  // One that the consumer holds, those ahead, one being handed over, one being filled.
  const buffers: Uint8Array[] = [];
  let index = 0;
  const nextBuffer = (bytes: number): Uint8Array => (buffers[index % (framesAhead + 3)] ??= new Uint8Array(bytes));
  let firstSeconds: number | undefined;
  try {
    for await (const { width, height, rgb, timeSeconds } of readRawFrames(running.stdout ?? emptyStream(), nextBuffer)) {
      firstSeconds ??= timeSeconds;
      const frame: TakeFrame = { width, height, rgb, index, timeSeconds: startSeconds + timeSeconds - firstSeconds };
      index++;
      yield frame;
    }
    const complaint = meaningfulLine(await running.done);
    if (complaint !== undefined) warnings.add(`${path}: parts are damaged; what ffmpeg could decode is used (${complaint})`);
  } catch (error) {
    throw undecodableError(path, error);
  } finally {
    running.kill();
  }
}

async function* emptyStream(): AsyncGenerator<Uint8Array> {}

interface Start {
  readonly width: number;
  readonly height: number;
  readonly videoSeconds: number;
  readonly hasSound: boolean;
  /** From the first picture to the second. */
  readonly stepSeconds: number;
}

/** Decodes two pictures and a piece of sound. A sound that cannot be decoded counts as none. */
async function readStart(ffmpeg: string, path: string, found: Probe, signal: AbortSignal | undefined): Promise<Start> {
  const { stdout, done } = runFfmpeg(ffmpeg, startArguments(path, found), { output: 'pipe', signal });
  let text = '';
  try {
    for await (const chunk of stdout ?? []) text += String(chunk);
    await done;
  } catch (error) {
    if (found.audio !== null && !signal?.aborted) return readStart(ffmpeg, path, { ...found, audio: null }, signal);
    throw undecodableError(path, error);
  }
  const start = parseStart(text);
  if (start === undefined) throw stillError(path, found.audio === null ? 'a single picture' : 'a sound with a single picture');
  return start;
}

/** What `-f framecrc` prints: lines of `#name stream: value` and of `stream, dts, pts, duration, size, checksum`. Undefined with fewer than two pictures. */
export function parseStart(text: string): Start | undefined {
  const base = (stream: number): number => {
    const [, over = '', under = ''] = new RegExp(`^#tb ${stream}: (\\d+)/(\\d+)`, 'm').exec(text) ?? [];
    return Number(over) / Number(under);
  };
  const times = (stream: number): number[] => [...text.matchAll(new RegExp(`^${stream}, *-?\\d+, *(-?\\d+)`, 'gm'))].map(([, pts]) => Number(pts) * base(stream));
  const [, width, height] = /^#dimensions 0: (\d+)x(\d+)/m.exec(text) ?? [];
  const [first, second] = times(0);
  const [sound] = times(1);
  if (second === undefined) return undefined;
  return { width: Number(width), height: Number(height), videoSeconds: sound === undefined ? 0 : first - sound, hasSound: sound !== undefined, stepSeconds: second - first };
}

function undecodableError(path: string, error: unknown): unknown {
  if (!(error instanceof AnimateError && error.cause instanceof FfmpegFailure)) return error;
  return new AnimateError('unreadable-input', `${path}: not readable as video (${error.message.replaceAll(`file:${path}: `, '')})`, { cause: error.cause, hint: 'Play the file to see whether it is whole; any format that ffmpeg reads will do.' });
}
