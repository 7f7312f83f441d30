/** The sound of a film: as it is where it fits, else encoded again. */

import type { AudioStream } from '../ffmpeg/probe.ts';
import { runFfmpeg } from '../ffmpeg/run.ts';

// Only AAC: MP3, ALAC and AC-3 in an MP4 stay silent in some browsers, phones and televisions.
// Only in its own containers: others keep AAC's priming samples elsewhere, and the sound would shift.
const containers = /^(mov,mp4,m4a,3gp,3g2,mj2|aac)$/;

/** True when the stream is AAC-LC of one or two channels whose first sample is meant to be heard at zero. */
export async function fitsAsItIs(ffmpeg: string, file: string, audio: AudioStream, container: string, signal: AbortSignal | undefined): Promise<boolean> {
  if (audio.codec !== 'aac' || audio.profile !== 'LC' || audio.channels < 1 || audio.channels > 2 || !containers.test(container)) return false;
  const first = await firstPacketSeconds(ffmpeg, file, audio.index, signal);
  return first !== undefined && first <= 0; // above 0: silence comes before the stream, as in a video whose sound begins late
}

/** Time stamp of the stream's first packet: 0, or below by the priming samples that players skip. */
async function firstPacketSeconds(ffmpeg: string, file: string, stream: number, signal: AbortSignal | undefined): Promise<number | undefined> {
  const args = ['-copyts', '-i', `file:${file}`, '-map', `0:${stream}`, '-c', 'copy', '-frames:a', '1', '-f', 'framecrc', 'pipe:1'];
  const { stdout, done } = runFfmpeg(ffmpeg, args, { output: 'pipe', signal });
  let text = '';
  for await (const chunk of stdout ?? []) text += String(chunk);
  await done;
  const [, numerator, denominator] = /^#tb 0: (\d+)\/(\d+)/m.exec(text) ?? [];
  const time = /^0, *-?\d+, *(-?\d+),/m.exec(text)?.[1];
  return time === undefined || denominator === undefined ? undefined : (Number(time) * Number(numerator)) / Number(denominator);
}

/** How the sound goes into the film. */
export interface SoundArguments {
  readonly file: string;
  /** Index of the stream in the file. */
  readonly stream: number;
  /** True puts the stream into the film as it is; nothing may be cut then. */
  readonly copy: boolean;
  /** Hz of the source. */
  readonly sampleRate: number;
  /** Of the source; 0 unknown. */
  readonly channels: number;
  /** Seconds counted in decoded samples from the first one. */
  readonly startSeconds: number;
  /** Undefined: to the end. */
  readonly durationSeconds: number | undefined;
}

export function soundArguments(sound: SoundArguments, codec: 'aac' | 'opus'): string[] {
  if (sound.copy) return ['-c:a', 'copy'];
  const end = sound.durationSeconds === undefined ? '' : `:end=${seconds(sound.startSeconds + sound.durationSeconds)}`;
  const isCut = sound.startSeconds > 0 || end !== '';
  const filter = [
    'asetpts=N/SR/TB', // time is counted in samples: a stream that begins late or has gaps must not shift the rest
    ...(isCut ? [`atrim=start=${seconds(sound.startSeconds)}${end}`, 'asetpts=PTS-STARTPTS'] : []),
    `aresample=${codec === 'opus' ? 48_000 : playableRate(sound.sampleRate)}`, // Opus has no 44.1 kHz
  ].join(',');
  // More than two channels would need more than 192 kb/s, and few players of such films have them.
  const channels = sound.channels > 2 ? ['-ac', '2'] : [];
  const encoder = codec === 'opus' ? ['-c:a', 'libopus', '-b:a', '160k'] : ['-c:a', 'aac', '-b:a', '192k'];
  return ['-af', filter, ...encoder, ...channels];
}

/** 44.1 kHz for it, its parts and multiples, else 48 kHz: the two rates that every player takes. */
function playableRate(sampleRate: number): number {
  return sampleRate > 0 && sampleRate % 11_025 === 0 ? 44_100 : 48_000;
}

/** Plain decimals to the microsecond: ffmpeg's filters do not read exponents everywhere. */
function seconds(value: number): string {
  return value.toFixed(6);
}
