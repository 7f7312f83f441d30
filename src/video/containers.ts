/** What a film can be written into: names and endings, what each holds, and how ffmpeg is told. */
import { type CodecName, type Coding, keepsAlpha } from './codecs.ts';

export interface Container {
  /** Of the file's name, lower case. */
  readonly endings: readonly string[];
  /** ffmpeg's name. */
  readonly muxer: string;
  /** What it may hold; the first is taken when nobody says. */
  readonly codings: readonly Coding[];
  /** What is taken with --alpha, where that is another. */
  readonly alphaCoding?: CodecName;
  /** Undefined: it has none. */
  readonly sound: 'aac' | 'opus' | undefined;
  /** Of the muxer. */
  readonly options: readonly string[];
  /** The same where the file goes through a pipe and is shown while it is made. Absent: it cannot. */
  readonly streaming?: readonly string[];
}

const faststart = ['-movflags', '+faststart'];
// A piece every half second. delay_moov: only then does the header tell how many samples come before the sound's first.
const fragments = ['-movflags', '+empty_moov+delay_moov+default_base_moof', '-frag_duration', '500000', '-flush_packets', '1'];
const shortClusters = ['-cluster_time_limit', '500', '-flush_packets', '1'];

/** The films; the first is what a name without an ending is advised to be. */
export const containers = {
  mp4: { endings: ['.mp4', '.m4v'], muxer: 'mp4', codings: ['h264', 'h265', 'vp9', 'av1'], sound: 'aac', options: faststart, streaming: fragments },
  mov: { endings: ['.mov'], muxer: 'mov', codings: ['h264', 'h265', 'prores'], alphaCoding: 'prores', sound: 'aac', options: faststart },
  mkv: { endings: ['.mkv'], muxer: 'matroska', codings: ['h264', 'h265', 'vp9', 'av1', 'prores'], alphaCoding: 'vp9', sound: 'opus', options: [], streaming: shortClusters },
  webm: { endings: ['.webm'], muxer: 'webm', codings: ['vp9', 'av1'], alphaCoding: 'vp9', sound: 'opus', options: [], streaming: shortClusters },
  gif: { endings: ['.gif'], muxer: 'gif', codings: ['gif'], sound: undefined, options: ['-loop', '0'] },
  apng: { endings: ['.apng'], muxer: 'apng', codings: ['apng'], sound: undefined, options: ['-plays', '0'] },
  png: { endings: ['.png'], muxer: 'image2', codings: ['png'], sound: undefined, options: [] },
  jpeg: { endings: ['.jpg', '.jpeg'], muxer: 'image2', codings: ['jpeg'], sound: undefined, options: [] },
  webp: { endings: ['.webp'], muxer: 'image2', codings: ['webp'], sound: undefined, options: [] },
} as const satisfies Record<string, Container>;

export type ContainerName = keyof typeof containers;
/** What --stream-format names. */
export const streamFormats = ['mp4', 'webm', 'mkv'] as const satisfies ContainerName[];

/** A picture for each frame. */
const pictureNames: readonly ContainerName[] = ['png', 'jpeg', 'webp'];
export const isPictures = (name: ContainerName): boolean => pictureNames.includes(name);

export const containerNames = Object.keys(containers) as ContainerName[];

export function containerOf(name: ContainerName): Container {
  return containers[name];
}

/** By the ending of a file's name, with its dot; undefined for one that is none of ours. */
export function containerByEnding(ending: string): ContainerName | undefined {
  return containerNames.find((name) => containerOf(name).endings.includes(ending.toLowerCase()));
}

export function holds(name: ContainerName, coding: Coding, hasAlpha: boolean): boolean {
  return containerOf(name).codings.includes(coding) && (!hasAlpha || keepsAlpha(coding));
}

/** What it holds when nobody says; undefined where it holds nothing transparent. */
export function usualCoding(name: ContainerName, hasAlpha: boolean): Coding | undefined {
  const { codings, alphaCoding = codings[0] } = containerOf(name);
  const coding = hasAlpha ? alphaCoding : codings[0];
  return holds(name, coding, hasAlpha) ? coding : undefined;
}
