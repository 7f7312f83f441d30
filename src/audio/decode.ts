/** Opens any sound: WAV files up to 64 MB without ffmpeg, everything else through it. Memory does not grow with the length. */

import { type FileHandle, open, stat } from 'node:fs/promises';
import { AnimateError, throwIfCancelled } from '../errors.ts';
import { openWithFfmpeg } from './ffmpeg-sound.ts';
import type { OpenSoundOptions, Sound } from './sound.ts';
import { readWavHeader } from './wav-header.ts';
import { openWav } from './wav-sound.ts';

const mostWavBytes = 64 * 1024 * 1024;

/** Opens `path`. Throws `unreadable-input` for what cannot be used, `bad-option` when the section begins after the end. */
export async function openSound(path: string, options: OpenSoundOptions = {}): Promise<Sound> {
  throwIfCancelled(options.signal);
  const size = await fileSize(path);
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('unreadable-input', `${path}: ${cause.code === 'EACCES' ? 'no permission to read it' : cause.message}`, { cause });
  });
  try {
    const header = size <= mostWavBytes ? await readWavHeader(path, (position, length) => readBytes(file, position, length), size) : undefined;
    if (header) return openWav(path, header, options);
  } finally {
    await file.close();
  }
  return openWithFfmpeg(path, options);
}

async function fileSize(path: string): Promise<number> {
  const stats = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('unreadable-input', `${path}: ${cause.code === 'ENOENT' ? 'no such file' : cause.message}`, { cause, hint: 'Check the name of the sound file.' });
  });
  if (stats.isDirectory()) throw new AnimateError('unreadable-input', `${path}: expected a sound file, got a folder`);
  if (!stats.isFile()) throw new AnimateError('unreadable-input', `${path}: expected a sound file, got a pipe or device`, { hint: 'Save the sound to a file first, or give - and send it to stdin: it is read twice.' });
  if (stats.size === 0) throw new AnimateError('unreadable-input', `${path}: the file is empty`, { hint: 'Record or export the sound again.' });
  return stats.size;
}

async function readBytes(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await file.read(bytes, 0, length, position);
  return bytes.subarray(0, bytesRead);
}
