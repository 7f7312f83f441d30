/** Kinds of output that runs are hurt with: a new kind is a line more. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bundledFfmpeg } from '../support/ffmpeg.ts';

export interface OutputKind {
  /** What -o gets, in the folder of the films. */
  readonly file: string;
  readonly args: readonly string[];
  /** Frames that can be read. Throws where the file is not whole. */
  readonly countFrames: (path: string) => Promise<number>;
}

/** 0.4 s of sound, 25 frames a second. */
export const filmFrames = 10;

export const outputKinds: readonly OutputKind[] = [
  { file: 'film.mp4', args: [], countFrames: decodeAll },
  { file: 'film.mov', args: [], countFrames: decodeAll },
  { file: 'film.webm', args: [], countFrames: decodeAll },
];

/** Decodes pictures and sound to the end. */
export async function decodeAll(path: string): Promise<number> {
  const { stdout, stderr } = await promisify(execFile)(bundledFfmpeg, ['-v', 'error', '-nostdin', '-xerror', '-i', `file:${path}`, '-map', '0:v:0', '-map', '0:a:0', '-f', 'framecrc', 'pipe:1']);
  if (stderr.trim() !== '') throw new Error(`ffmpeg complains: ${stderr.trim()}`);
  return stdout.split('\n').filter((line) => line.startsWith('0,')).length;
}
