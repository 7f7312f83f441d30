/** The ffmpeg arguments that read a take: pure functions, for ffmpeg from 2018 on. */
import type { Probe, VideoStream } from '../../ffmpeg/probe.ts';

export interface FrameOptions {
  /** Longer side of the frames, pixels; smaller takes are not enlarged. */
  readonly longSide?: number | undefined;
  /** Least seconds between frames: fewer are read. */
  readonly everySeconds?: number | undefined;
  /** Only this much of the beginning, seconds. */
  readonly firstSeconds?: number | undefined;
}

/** Above this rate only every second (third ...) frame is read. */
const mostFps = 62;
/** Time stamps are moved by this, so that none is negative: Matroska has no negative ones. */
export const shiftSeconds = 1;
/** Codecs that may hold fields without saying so in the header; their frames say it one by one. */
const maybeInterlaced = new Set(['h264', 'mpeg2video', 'dvvideo', 'vc1', 'prores', 'mjpeg']);

/** Upright RGB frames with square pixels, as Matroska on stdout. */
export function frameArguments(path: string, video: VideoStream, options: FrameOptions = {}): string[] {
  const limit = options.firstSeconds === undefined ? [] : ['-t', options.firstSeconds.toFixed(3)];
  return [
    ...limit, '-i', `file:${path}`, '-map', `0:${video.index}`, '-an', '-sn', '-dn', '-vf', frameFilters(video, options),
    '-c:v', 'rawvideo', '-pix_fmt', 'rgb24', '-allow_raw_vfw', '1', '-enc_time_base:v', '1/90000', '-f', 'matroska', 'pipe:1',
  ]; // biome-ignore format: arguments in their groups
}

/** When the first picture and the first sound come and how large the picture is, in one run: MPEG streams count time from the first of the streams in use. Not by
 * -frames: the first stream to reach its number would end the others. */
export function startArguments(path: string, { video, audio }: Probe): string[] {
  const sound = audio === null ? [] : ['-map', `0:${audio.index}`, '-af', `asetpts=PTS+${shiftSeconds}/TB,atrim=end_sample=64`];
  return ['-i', `file:${path}`, '-map', `0:${video?.index}`, '-vf', `${frameFilters(video as VideoStream, {})},trim=end_frame=2`, '-enc_time_base:v', '1/90000', ...sound, '-f', 'framecrc', 'pipe:1'];
}

/** Fields are woven into frames, the rate is limited, pixels made square; ffmpeg itself turns what was filmed upright. */
export function frameFilters(video: VideoStream, { longSide, everySeconds }: FrameOptions): string {
  const filters: string[] = [];
  if (video.scan === 'interlaced' || (video.scan === '' && maybeInterlaced.has(video.codec))) filters.push('yadif=0:-1:1'); // only frames that say that they are interlaced
  const least = Math.max(everySeconds ?? 0, video.fps > mostFps ? 1 / mostFps : 0);
  if (least > 0) filters.push(`select='isnan(prev_selected_t)+gte(t-prev_selected_t,${least.toFixed(5)})'`);
  filters.push(`setpts=PTS+${shiftSeconds}/TB`);
  const shrink = longSide === undefined ? '1' : `min(1,${longSide}/max(iw*sar,ih))`;
  filters.push(`scale=w='max(16,round(iw*sar*${shrink}))':h='max(16,round(ih*${shrink}))'`, 'setsar=1', 'format=rgb24');
  if (video.transfer === 'smpte2084') filters.push(pqToSdr);
  return filters.join(',');
}

/** PQ (SMPTE ST 2084) codes -> nits / 203 (white of BT.2408) -> Reinhard -> gamma 2.2. HLG looks right on any screen as it is. */
const pqToSdr = ((): string => {
  const [m1, m2, c1, c2, c3] = [2610 / 16384, (2523 / 4096) * 128, 3424 / 4096, (2413 / 4096) * 32, (2392 / 4096) * 32];
  const power = `pow(min(val,255)/255,${1 / m2})`; // the filter also tries values above 255
  const light = `(pow(max(${power}-${c1},0)/(${c2}-${c3}*${power}),${1 / m1})*${10000 / 203})`;
  const code = `255*pow(min(1,1.6*${light}/(1+0.6*${light})),${1 / 2.2})`;
  return `lutrgb=r='${code}':g='${code}':b='${code}'`;
})();
