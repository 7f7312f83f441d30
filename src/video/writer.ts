/** Streams frames into a film that appears under its name only when it is whole. */

import { basename } from 'node:path';
import { AnimateError } from '../errors.ts';
import { probe } from '../ffmpeg/probe.ts';
import { FfmpegFailure, runFfmpeg } from '../ffmpeg/run.ts';
import { filmArguments } from './args.ts';
import { findEncoder } from './check-output.ts';
import { containerOf } from './containers.ts';
import { type Output, type OutputOptions, readOutput, warningsOf } from './output.ts';
import { openPlace } from './place.ts';
import { fitsAsItIs, type SoundArguments } from './sound.ts';
import { checkWhole } from './whole.ts';

export interface OpenFilmOptions {
  /** Path of the program. */
  readonly ffmpeg: string;
  /** Checked by `checkOutput`: a file, pictures (`frames/%05d.png`), or `-`. An existing one is replaced. */
  readonly output: string;
  /** Default: the one that goes with the name of the output. */
  readonly codec?: OutputOptions['codec'];
  /** Of `-`. */
  readonly streamFormat?: OutputOptions['streamFormat'];
  /** Pixels, even. */
  readonly width: number;
  /** Pixels, even. */
  readonly height: number;
  /** Of the frames: 4 keeps opacity, which not every output can. Default 3. */
  readonly channels?: 3 | 4;
  readonly fps: number;
  /** A file with at least one sound stream; undefined for a silent film. */
  readonly sound: string | undefined;
  /** Leaves the sound out. */
  readonly noSound?: boolean;
  /** Seconds counted in decoded samples from the first one of the stream. */
  readonly startSeconds: number;
  /** Undefined: to the end of the sound. */
  readonly durationSeconds: number | undefined;
  /** 0..51 */
  readonly crf: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** Called with the whole film's temporary file before it gets its name: to sign it. Not called for pictures and for `-`. */
  readonly seal?: ((file: string) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Film {
  /** What may not be as it was meant: a sound that has no place. */
  readonly warnings: readonly string[];
  /** Takes the next frame: [height, width, channels] uint8 in 0..255, colours not multiplied by opacity. Resolves when `frame` may be overwritten. */
  write(frame: Uint8Array): Promise<void>;
  /** Ends the film and renames it into place. Resolves with the complaints of ffmpeg about the sound, seldom any. */
  finish(): Promise<string[]>;
  /** Gives up: ends ffmpeg and removes the temporary file. Does nothing after `finish` or a failure. */
  abort(): Promise<void>;
}

/** Starts ffmpeg on a temporary file beside `output`. Whatever ends the run, the temporary file goes away. */
export async function openFilm(options: OpenFilmOptions): Promise<Film> {
  const { ffmpeg, width, height, channels = 3, fps, crf, metadata, sound: file, signal } = options;
  const isSilent = options.noSound === true || file === undefined;
  if (width % 2 !== 0 || height % 2 !== 0) throw new RangeError(`openFilm: width and height must be even, got ${width}x${height}`);
  const hasAlpha = channels === 4;
  const output = readOutput(options.output, { ...options, alpha: hasAlpha });
  const { container, coding, kind } = output;
  const isHeard = !isSilent && containerOf(container).sound !== undefined;
  const [encoder, sound] = await Promise.all([findEncoder(ffmpeg, output, signal), isHeard ? lookAtSound(file, options, output) : undefined]);
  const place = await openPlace(output);
  const args = filmArguments({ width, height, hasAlpha, fps, crf, container, coding, encoder, sound, metadata, target: place.target });
  const running = runFfmpeg(ffmpeg, args, { input: 'pipe', output: kind === 'stream' ? 'inherit' : undefined, signal });

  let frames = 0;
  const ended = running.done.catch(async (error: unknown) => {
    await place.remove();
    throw namedAfter(output, error);
  });
  ended.catch(() => {}); // whoever calls write, finish or abort next hears of it

  return {
    warnings: warningsOf(output, isSilent),
    async write(frame) {
      const frameBytes = width * height * channels;
      if (frame.length !== frameBytes) throw new RangeError(`film: a frame has ${frameBytes} bytes, got ${frame.length}`);
      const sent = await new Promise<boolean>((resolve) => running.stdin?.write(frame, (error) => resolve(!error)));
      if (!sent) {
        await ended; // rejects with the reason
        throw new AnimateError('ffmpeg-failed', `${basename(output.path)}: ffmpeg ended before the last frame`);
      }
      frames++;
    },
    async finish() {
      running.stdin?.end();
      const complaints = await ended;
      const inspect = async (file: string): Promise<void> => {
        if (isWatched(container)) await checkWhole(ffmpeg, file, frames, complaints, signal);
        await options.seal?.(file);
      };
      await place.finish({ comment: metadata['comment'], frames, fps, width, height }, inspect).catch((error: unknown) => {
        throw namedAfter(output, error);
      });
      return complaints;
    },
    async abort() {
      running.kill();
      await ended.catch(() => {});
    },
  };
}

/** Pictures that move are no stream of packets that ffmpeg counts. */
const isWatched = (container: Output['container']): boolean => container !== 'gif' && container !== 'apng';

async function lookAtSound(file: string, { ffmpeg, startSeconds, durationSeconds, signal }: OpenFilmOptions, { container }: Output): Promise<SoundArguments> {
  const { audio, container: source } = await probe(ffmpeg, file, { signal });
  if (!audio) throw new AnimateError('unreadable-input', `${file}: has no sound`, { hint: 'Give a file with a sound stream.' });
  const isCut = startSeconds > 0 || durationSeconds !== undefined;
  const copy = !isCut && containerOf(container).sound === 'aac' && (await fitsAsItIs(ffmpeg, file, audio, source, signal));
  const { sampleRate, channels, index: stream } = audio;
  return { file, stream, copy, sampleRate, channels, startSeconds, durationSeconds };
}

function namedAfter({ path, kind }: Output, error: unknown): unknown {
  if (!(error instanceof AnimateError) || error.code !== 'ffmpeg-failed') return error;
  if (kind === 'stream' && isClosedPipe(error.cause)) return new AnimateError('output-closed', 'stdout: closed by the program that reads it', { cause: error.cause });
  return new AnimateError('ffmpeg-failed', `${basename(path)}: not written (${error.message})`, { cause: error.cause, ...(error.hint === undefined ? {} : { hint: error.hint }) });
}

function isClosedPipe(cause: unknown): boolean {
  return cause instanceof FfmpegFailure && (/SIGPIPE/.test(cause.message.split('\n')[0]) || cause.lastLines.some((line) => /Broken pipe/i.test(line)));
}
