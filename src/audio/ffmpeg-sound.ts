/** Anything that ffmpeg reads as a `Sound`, streamed. */

import { AnimateError } from '../errors.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import { type Probe, probe } from '../ffmpeg/probe.ts';
import { FfmpegFailure, meaningfulLine, runFfmpeg } from '../ffmpeg/run.ts';
import { dropNonNumbers, emptySoundError, formatSeconds, lateStartError, type OpenSoundOptions, type Sound, speechRate } from './sound.ts';

/** Throws `unreadable-input` for what ffmpeg cannot read or what has no sound, `bad-option` when the section begins after the end. */
export async function openWithFfmpeg(path: string, options: OpenSoundOptions): Promise<Sound> {
  const { signal, startSeconds = 0 } = options;
  const ffmpegPath = options.ffmpegPath ?? (await findFfmpeg()).path;
  const found = await probe(ffmpegPath, path, { signal });
  const { audio, durationSeconds: wholeSeconds } = found;
  if (!audio) throw noAudioError(path, found);
  // A second of tolerance: headers are seldom exact, and decoding finds out.
  if (wholeSeconds !== undefined && startSeconds > wholeSeconds + 1) throw lateStartError(path, startSeconds, wholeSeconds);
  const stream = audio.index;
  const warnings = new Set<string>();

  async function* samples(): AsyncGenerator<Float32Array> {
    const running = runFfmpeg(ffmpegPath, decodeArguments(path, stream, options), { output: 'pipe', signal });
    let count = 0;
    try {
      for await (const block of floatsOf(running.stdout ?? [])) {
        count += block.length;
        yield dropNonNumbers(block, path, warnings);
      }
      const complaint = meaningfulLine(await running.done);
      if (count === 0) {
        if (complaint !== undefined) throw undecodableError(path, `ffmpeg: ${complaint}`);
        throw startSeconds > 0 ? lateStartError(path, startSeconds, wholeSeconds) : emptySoundError(path);
      }
      const reasons = [missingTime(found, sectionSeconds(wholeSeconds, options), count / speechRate), complaint].filter((reason) => reason !== undefined);
      if (reasons.length > 0) warnings.add(`${path}: parts are damaged; what ffmpeg could decode is used (${reasons.join('; ')})`);
    } catch (error) {
      throw error instanceof AnimateError && error.cause instanceof FfmpegFailure ? undecodableError(path, error.message, error.cause) : error;
    } finally {
      running.kill();
    }
  }
  return {
    path,
    reader: 'ffmpeg',
    durationSeconds: sectionSeconds(wholeSeconds, options),
    sampleRate: audio.sampleRate,
    channels: audio.channels,
    samples,
    get warnings() {
      return [...warnings];
    },
  };
}

/** One stream as raw mono floats at 16 kHz. Time is counted in decoded samples, as video/args.ts does for the film's own sound. */
export function decodeArguments(path: string, stream: number, { startSeconds = 0, durationSeconds }: OpenSoundOptions): string[] {
  const end = durationSeconds === undefined ? '' : `:end=${(startSeconds + durationSeconds).toFixed(6)}`;
  const cut = startSeconds > 0 || end !== '' ? [`atrim=start=${startSeconds.toFixed(6)}${end}`] : [];
  const filter = ['asetpts=N/SR/TB', ...cut, `aresample=${speechRate}`].join(',');
  return ['-i', `file:${path}`, '-map', `0:${stream}`, '-af', filter, '-ac', '1', '-ar', String(speechRate), '-c:a', 'pcm_f32le', '-f', 'f32le', 'pipe:1'];
}

function sectionSeconds(wholeSeconds: number | undefined, { startSeconds = 0, durationSeconds }: OpenSoundOptions): number | undefined {
  if (wholeSeconds === undefined) return durationSeconds;
  const rest = Math.max(0, wholeSeconds - startSeconds);
  return Math.min(rest, durationSeconds ?? rest);
}

/** `6.68 s of 7.1 s` when a good part of what the header promises did not come; only for containers that know their length. */
function missingTime({ container, video }: Probe, promisedSeconds: number | undefined, decodedSeconds: number): string | undefined {
  const knowsLength = video === null && container.split(',').some((name) => exactContainers.has(name));
  if (!knowsLength || promisedSeconds === undefined || promisedSeconds - decodedSeconds < 0.2) return undefined;
  return `${formatSeconds(decodedSeconds)} of ${formatSeconds(promisedSeconds)}`;
}

const exactContainers = new Set(['flac', 'mov', 'ogg', 'matroska', 'wav', 'w64', 'aiff', 'caf']);

/** Bytes in chunks of any size -> float32 blocks. A last incomplete sample is dropped. */
export async function* floatsOf(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Float32Array> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    const bytes = new Uint8Array(rest.length + chunk.length); // a copy, so that floats are aligned
    bytes.set(rest);
    bytes.set(chunk, rest.length);
    const floats = Math.floor(bytes.length / 4);
    rest = bytes.subarray(floats * 4);
    if (floats > 0) yield new Float32Array(bytes.buffer, 0, floats);
  }
}

function noAudioError(path: string, { container, video }: Probe): AnimateError {
  const got = `${container.split(',')[0]}${video ? `, ${video.codec} pictures` : ''}`;
  return new AnimateError('unreadable-input', `${path}: expected a file with sound, got one without an audio stream (${got})`, { hint: 'Give a sound file, or a video that has a sound track.' });
}

function undecodableError(path: string, reason: string, cause?: FfmpegFailure): AnimateError {
  return new AnimateError('unreadable-input', `${path}: not readable as sound (${reason.replaceAll(`file:${path}: `, '')})`, { cause, hint: 'Play the file to see whether it is whole.' });
}
