/** What is no take: a missing file, a still picture, a sound. */
import { open, stat } from 'node:fs/promises';
import { AnimateError } from '../../errors.ts';
import type { Probe } from '../../ffmpeg/probe.ts';

/** First bytes of pictures. GIF is missing: it may move. */
const pictures: readonly (readonly [offset: number, bytes: string, name: string])[] = [
  [0, '\xff\xd8\xff', 'JPEG'],
  [0, '\x89PNG', 'PNG'],
  [8, 'WEBP', 'WebP'],
  [0, 'BM', 'BMP'],
  [0, 'II*\0', 'TIFF'],
  [0, 'MM\0*', 'TIFF'],
  [4, 'ftypavif', 'AVIF'],
  [4, 'ftyphei', 'HEIC'],
  [4, 'ftypmif1', 'HEIC'],
  [0, '8BPS', 'Photoshop'],
];
const hint = 'Film the performance with any camera, a few seconds at least; docs/driving.md tells how.';

/** Throws `unreadable-input` unless `path` is a file that may be a film. */
export async function checkTakeFile(path: string): Promise<void> {
  const stats = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('unreadable-input', `${path}: ${cause.code === 'ENOENT' ? 'no such file (expected a video)' : cause.message}`, { cause, hint: 'Check the name of the video file.' });
  });
  if (stats.isDirectory()) throw new AnimateError('unreadable-input', `${path}: expected a video file, got a folder`);
  if (!stats.isFile()) throw new AnimateError('unreadable-input', `${path}: expected a video file, got a pipe or device`, { hint: 'Save the video to a file first: it is read more than once.' });
  if (stats.size === 0) throw new AnimateError('unreadable-input', `${path}: the file is empty`, { hint: 'Record or copy the video again.' });
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new AnimateError('unreadable-input', `${path}: ${cause.code === 'EACCES' ? 'no permission to read it' : cause.message}`, { cause });
  });
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    const start = buffer.toString('latin1', 0, bytesRead);
    const picture = pictures.find(([offset, bytes]) => start.startsWith(bytes, offset));
    if (picture !== undefined) throw stillError(path, `a ${picture[2]} picture`);
  } finally {
    await file.close();
  }
}

export function stillError(path: string, got: string): AnimateError {
  return new AnimateError('unreadable-input', `${path}: expected a video of a person, got ${got}`, { hint: `A still picture does not move. ${hint}` });
}

export function noVideoError(path: string, { container, audio }: Probe): AnimateError {
  const got = audio === null ? `a file without pictures (${container.split(',')[0]})` : `a sound (${audio.codec})`;
  const message = `${path}: expected a video of a person, got ${got}`;
  return new AnimateError('unreadable-input', message, { hint: audio === null ? hint : `A sound drives the lips when it is given as the sound. ${hint}` });
}
