/** Whether a sound can go into an MP4 without being encoded again. */

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
