/** What is in a media file, read from what `ffmpeg -i` prints: the bundled package has no ffprobe. */

import { execFile } from 'node:child_process';
import { AnimateError, cancelledError } from '../errors.ts';
import { guardInputs, refusedFormat } from './inputs.ts';
import { meaningfulLine } from './run.ts';

export interface AudioStream {
  readonly codec: string;
  /** For example `LC` or `HE-AAC` of aac; empty where the codec has none. */
  readonly profile: string;
  /** Hz */
  readonly sampleRate: number;
  /** 0 when ffmpeg names a layout this project does not know. */
  readonly channels: number;
  /** Index of the stream in the file: `0:index` in ffmpeg's -map. */
  readonly index: number;
}

export interface VideoStream {
  readonly codec: string;
  readonly pixelFormat: string;
  readonly width: number;
  readonly height: number;
  /** 0 when the stream has no steady rate. */
  readonly fps: number;
  /** What the header says of fields; empty where it does not say (the build of 2018 seldom knows). */
  readonly scan: 'progressive' | 'interlaced' | '';
  /** Name of the transfer curve, for example `smpte2084` (PQ) or `arib-std-b67` (HLG); empty where the header does not name one. */
  readonly transfer: string;
  readonly index: number;
}

export interface Probe {
  /** ffmpeg's names of the format, for example `mov,mp4,m4a,3gp,3g2,mj2`. */
  readonly container: string;
  /** As the file's header says; undefined when it does not say. Seldom exact, so never build on it: decode instead. */
  readonly durationSeconds: number | undefined;
  /** Start of the earliest stream. */
  readonly startSeconds: number;
  /** The stream that ffmpeg would choose: the first. Null when the file has none. */
  readonly audio: AudioStream | null;
  /** The first picture stream that is not a cover. */
  readonly video: VideoStream | null;
}

/** Reads the headers of `file`. Throws `unreadable-input` when ffmpeg cannot make anything of it. */
export async function probe(ffmpegPath: string, file: string, options: { signal?: AbortSignal | undefined } = {}): Promise<Probe> {
  const log = await readLog(ffmpegPath, [file], options.signal);
  const found = parseProbe(log);
  if (found) return found;
  const refused = refusedFormat(log);
  if (refused !== undefined) {
    throw new AnimateError('unreadable-input', `${file}: not readable as sound or video (${refused})`, { hint: 'Give the sound itself; for a playlist, join its parts into one file first.' });
  }
  const lines = log.split(/\r?\n/).map((line) => line.trim());
  const reason = (meaningfulLine(lines.filter((line) => line !== '')) ?? 'no answer').replace(`file:${file}: `, '');
  throw new AnimateError('unreadable-input', `${file}: not readable as sound or video (ffmpeg: ${reason})`, {
    hint: 'Play the file to see whether it is whole; any format that ffmpeg reads will do.',
  });
}

/** Reads the headers of many files with as few ffmpegs as can be: one, and one more for every file that cannot be read. Those are left out. */
export async function probeMany(ffmpegPath: string, files: readonly string[], options: { signal?: AbortSignal | undefined } = {}): Promise<Map<string, Probe>> {
  const found = new Map<string, Probe>();
  for (let at = 0; at < files.length; ) {
    const rest = files.slice(at);
    const probes = parseProbes(await readLog(ffmpegPath, rest, options.signal));
    probes.slice(0, rest.length).forEach((each, index) => found.set(rest[index], each));
    at += probes.length + 1; // ffmpeg stops at the first that it cannot read
  }
  return found;
}

/** What `ffmpeg -i file -i file ...` prints. */
function readLog(ffmpegPath: string, files: readonly string[], signal: AbortSignal | undefined): Promise<string> {
  const args = ['-hide_banner', '-nostdin', ...guardInputs(files.flatMap((file) => ['-i', `file:${file}`]))];
  return new Promise<string>((resolve, reject) => {
    execFile(ffmpegPath, args, { signal, windowsHide: true, maxBuffer: 1 << 26 }, (error, _stdout, stderr) => {
      if (signal?.aborted) reject(cancelledError(signal));
      else if (error && typeof error.code === 'string') reject(new AnimateError('ffmpeg-failed', `${ffmpegPath}: does not start (${error.message})`, { cause: error }));
      else if (error?.signal) reject(new AnimateError('ffmpeg-failed', `${ffmpegPath}: was ended by ${error.signal} while it read ${files[0]}`, { cause: error }));
      else resolve(stderr); // without an output ffmpeg always exits with 1
    });
  });
}

/** As `parseProbe`, for several inputs in their order. */
export function parseProbes(log: string): Probe[] {
  const parts = log.split(/^(?=Input #\d+, )/m).filter((part) => part.startsWith('Input #'));
  return parts.map((part) => parseProbe(part.replaceAll(/^(Input| +Stream) #\d+/gm, '$1 #0'))).filter((found) => found !== undefined);
}

/** Parses the text of `ffmpeg -i`. Returns undefined when no input is described. */
export function parseProbe(log: string): Probe | undefined {
  const container = /^Input #0, (.+), from '/m.exec(log)?.[1];
  if (container === undefined) return undefined;
  const [, duration, start] = /^ {2}Duration: ([^,]+)(?:, start: (-?[\d.]+))?/m.exec(log) ?? [];
  let audio: AudioStream | null = null;
  let video: VideoStream | null = null;
  for (const [, index = '', kind, text = ''] of log.matchAll(/^ +Stream #0:(\d+)[^:]*: (Audio|Video): (.*)$/gm)) {
    if (kind === 'Audio') audio ??= parseAudio(text, Number(index));
    else if (!/\(attached pic\)/.test(text)) video ??= parseVideo(text, Number(index));
  }
  return { container, durationSeconds: parseDuration(duration), startSeconds: Number(start ?? 0), audio, video };
}

function parseDuration(text: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d+):(\d\d):(\d\d\.\d+)/.exec(text ?? '') ?? [];
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

// "aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 128 kb/s (default)"
function parseAudio(text: string, index: number): AudioStream {
  const [, rate, layout] = /, (\d+) Hz(?:, ([^,]+))?/.exec(text) ?? [];
  return { codec: codecOf(text), profile: /^\S+ \(([^)/]+)\)/.exec(text)?.[1] ?? '', sampleRate: Number(rate ?? 0), channels: countChannels(layout ?? ''), index };
}

// "h264 (High) (avc1 / 0x31637661), yuv420p(tv, bt709), 256x264 [SAR 1:1 DAR 32:33], 25 fps, 25 tbr"
function parseVideo(text: string, index: number): VideoStream {
  const [, width, height] = /, (\d+)x(\d+)/.exec(text) ?? [];
  const fps = /, ([\d.]+)(k?) fps/.exec(text);
  const remarks = /^[^,]*, [a-z0-9]+\(([^)]*)\)/.exec(text)?.[1] ?? ''; // of the pixel format: range, matrix/primaries/transfer, fields
  return {
    codec: codecOf(text),
    pixelFormat: /^[^,]*, ([a-z0-9]+)/.exec(text)?.[1] ?? '',
    width: Number(width ?? 0),
    height: Number(height ?? 0),
    fps: fps ? Number(fps[1]) * (fps[2] ? 1000 : 1) : 0,
    scan: /progressive/.test(remarks) ? 'progressive' : /(top|bottom) (coded )?first/.test(remarks) ? 'interlaced' : '',
    transfer: /\/([\w-]+)(?:,|$)/.exec(remarks)?.[1] ?? '',
    index,
  };
}

function codecOf(text: string): string {
  return /^[^\s,]+/.exec(text)?.[0] ?? '';
}

/** "mono", "stereo", "5.1(side)", "7.1", "6 channels (FL+FR+...)" */
function countChannels(layout: string): number {
  const name = layout.trim().replace(/\(.*$/, '').trim();
  const named: Record<string, number> = { mono: 1, stereo: 2, downmix: 2, quad: 4, hexagonal: 6, octagonal: 8 };
  const counted = /^(\d+) channels?/.exec(name)?.[1];
  if (counted !== undefined) return Number(counted);
  const surround = /^(\d+)\.(\d+)(?:\.(\d+))?$/.exec(name);
  if (surround) return Number(surround[1]) + Number(surround[2]) + Number(surround[3] ?? 0);
  return named[name] ?? 0;
}
