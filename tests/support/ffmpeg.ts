/** The two ffmpeg programs that tests use, and what they decode. */

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import installer from '@ffmpeg-installer/ffmpeg';

const run = promisify(execFile);

export const bundledFfmpeg = installer.path;

/** The bundled program and, where there is one, the system's. */
export const ffmpegs: readonly { name: string; path: string }[] = [
  { name: 'the bundled build', path: bundledFfmpeg },
  ...(await run('ffmpeg', ['-version']).then(
    () => [{ name: 'the system build', path: 'ffmpeg' }],
    () => [],
  )),
];

/** Runs ffmpeg and returns what it wrote to pipe:1. */
export async function ffmpegOutput(path: string, args: readonly string[]): Promise<Buffer> {
  const { stdout } = await run(path, ['-v', 'error', '-nostdin', '-y', ...args], { encoding: 'buffer', maxBuffer: 1 << 30 });
  return stdout;
}

/** The first sound stream: mono, [samples] in [-1, 1], at `sampleRate` Hz. */
export async function decodeSound(path: string, file: string, sampleRate: number): Promise<Float32Array> {
  const bytes = await ffmpegOutput(path, ['-i', file, '-map', '0:a:0', '-ac', '1', '-ar', String(sampleRate), '-f', 'f32le', 'pipe:1']);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** The pictures: [frames, height, width, 3] uint8, one after the other. */
export function decodeFrames(path: string, file: string): Promise<Buffer> {
  return ffmpegOutput(path, ['-i', file, '-map', '0:v:0', '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1']);
}
