/** Streams frames into a film that appears under its name only when it is whole. */

import { rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import process from 'node:process';
import { AnimateError } from '../errors.ts';
import { probe } from '../ffmpeg/probe.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';
import { filmArguments, takesAac } from './args.ts';
import { fitsAsItIs } from './sound.ts';
import { removeAtExit, removeLeftovers, temporaryBeside } from './leftovers.ts';
import { settle } from './settle.ts';
import { checkWhole } from './whole.ts';

export interface OpenFilmOptions {
  /** Path of the program. */
  readonly ffmpeg: string;
  /** Checked by `checkTarget`. An existing file is replaced. */
  readonly output: string;
  /** Pixels, even. */
  readonly width: number;
  /** Pixels, even. */
  readonly height: number;
  /** Of the frames: 4 keeps opacity, which MP4 cannot. Default 3. */
  readonly channels?: 3 | 4;
  readonly fps: number;
  /** A file with at least one sound stream. */
  readonly sound: string;
  /** Seconds counted in decoded samples from the first one of the stream. */
  readonly startSeconds: number;
  /** Undefined: to the end of the sound. */
  readonly durationSeconds: number | undefined;
  /** 0..51 */
  readonly crf: number;
  readonly metadata: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

export interface Film {
  /** Takes the next frame: [height, width, channels] uint8 in 0..255, colours not multiplied by opacity. Resolves when `frame` may be overwritten. */
  write(frame: Uint8Array): Promise<void>;
  /** Ends the film and renames it into place. Resolves with the complaints of ffmpeg about the sound, seldom any. */
  finish(): Promise<string[]>;
  /** Gives up: ends ffmpeg and removes the temporary file. Does nothing after `finish` or a failure. */
  abort(): Promise<void>;
}

/** Starts ffmpeg on a temporary file beside `output`. Whatever ends the run, the temporary file goes away. */
export async function openFilm(options: OpenFilmOptions): Promise<Film> {
  const { ffmpeg, output, width, height, channels: pictureChannels = 3, signal } = options;
  if (width % 2 !== 0 || height % 2 !== 0) throw new RangeError(`openFilm: width and height must be even, got ${width}x${height}`);
  const { audio, container } = await probe(ffmpeg, options.sound, { signal });
  if (!audio) throw new AnimateError('unreadable-input', `${options.sound}: has no sound`, { hint: 'Give a file with a sound stream.' });

  const frameBytes = width * height * pictureChannels;
  const isCut = options.startSeconds > 0 || options.durationSeconds !== undefined;
  const copy = !isCut && takesAac(output) && (await fitsAsItIs(ffmpeg, options.sound, audio, container, signal));
  await removeLeftovers(dirname(output));
  const file = temporaryBeside(output);
  const { sampleRate, channels, index: stream } = audio;
  const sound = { file: options.sound, stream, copy, sampleRate, channels, startSeconds: options.startSeconds, durationSeconds: options.durationSeconds };
  const { fps, crf, metadata } = options;
  const running = runFfmpeg(ffmpeg, filmArguments({ width, height, hasAlpha: pictureChannels === 4, fps, crf, sound, metadata, file }), { input: 'pipe', signal });

  const removeNow = (): void => removeAtExit(file);
  process.once('exit', removeNow);
  const remove = async (): Promise<void> => {
    await rm(file, { force: true }).catch(() => {}); // a folder that nobody may write any more: the next run takes it away, and the reason is told
    process.removeListener('exit', removeNow);
  };
  const ended = running.done.catch(async (error: unknown) => {
    await remove();
    throw namedAfter(output, error);
  });
  ended.catch(() => {}); // whoever calls write, finish or abort next hears of it
  let written = 0;

  return {
    async write(frame) {
      if (frame.length !== frameBytes) throw new RangeError(`film: a frame has ${frameBytes} bytes, got ${frame.length}`);
      const sent = await new Promise<boolean>((resolve) => running.stdin?.write(frame, (error) => resolve(!error)));
      if (!sent) {
        await ended; // rejects with the reason
        throw new AnimateError('ffmpeg-failed', `${basename(output)}: ffmpeg ended before the last frame`);
      }
      written++;
    },
    async finish() {
      running.stdin?.end();
      const complaints = await ended;
      try {
        await checkWhole(ffmpeg, file, written, complaints, signal);
        await settle(file, output).catch((cause: unknown) => {
          throw new AnimateError('bad-option', `${output}: cannot be replaced (${String(cause)})`, { cause, hint: 'Close the programs that show it, or give another name with --output.' });
        });
        process.removeListener('exit', removeNow);
      } catch (error) {
        await remove();
        throw namedAfter(output, error);
      }
      return complaints;
    },
    async abort() {
      running.kill();
      await ended.catch(() => {});
    },
  };
}

function namedAfter(output: string, error: unknown): unknown {
  if (!(error instanceof AnimateError) || error.code !== 'ffmpeg-failed') return error;
  return new AnimateError('ffmpeg-failed', `${basename(output)}: not written (${error.message})`, { cause: error.cause, ...(error.hint === undefined ? {} : { hint: error.hint }) });
}
