/** Other programs: ffmpeg, and whatever else is called `animate`. */
import { constants } from 'node:fs';
import { access, open, realpath } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { AnimateError } from '../errors.ts';
import { listEncoders } from '../ffmpeg/encoders.ts';
import { findFfmpeg } from '../ffmpeg/find.ts';
import type { Finding } from './finding.ts';

/** Without these no film; what the others are for, docs/film.md tells. */
const neededEncoders = ['libx264', 'aac'];
const usefulEncoders = ['libx265', 'libvpx-vp9', 'libopus', 'libaom-av1', 'libsvtav1', 'prores_ks', 'gif', 'apng', 'png', 'mjpeg', 'libwebp'];

export async function checkFfmpeg(wished: string | undefined, signal?: AbortSignal): Promise<Finding> {
  try {
    const { path, source, version } = await findFfmpeg({ path: wished });
    const known = await listEncoders(path, signal);
    const encoders = [...neededEncoders, ...usefulEncoders].filter((name) => known.includes(name));
    const missing = neededEncoders.filter((name) => !encoders.includes(name));
    const absent = usefulEncoders.filter((name) => !encoders.includes(name));
    const details = { path, source, version, encoders, missing: [...missing, ...absent] };
    const message = `ffmpeg ${version} at ${path} (${source}); encodes ${encoders.join(', ')}${absent.length > 0 ? `; not ${absent.join(', ')}` : ''}`;
    if (missing.length === 0) return { name: 'ffmpeg', state: 'ok', message, details };
    return { name: 'ffmpeg', state: 'bad', message: `ffmpeg ${version} at ${path} (${source}) lacks ${missing.join(' and ')}`, hint: 'Give another ffmpeg with --ffmpeg or ANIMATE_FFMPEG.', details };
  } catch (error) {
    if (!(error instanceof AnimateError) || error.code === 'cancelled') throw error;
    return { name: 'ffmpeg', state: 'bad', message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) };
  }
}

const ownCommand = fileURLToPath(new URL('../../bin/animate.js', import.meta.url));

/** Which `animate` a shell starts: the first in PATH. Nothing is run to find out. */
export async function checkCommand(path: string = process.env['PATH'] ?? '', own: string = ownCommand): Promise<Finding> {
  const name = 'command';
  const names = process.platform === 'win32' ? ['animate.cmd', 'animate.exe', 'animate.bat'] : ['animate'];
  for (const folder of path.split(delimiter).filter((entry) => entry !== '')) {
    for (const file of names.map((each) => join(folder, each))) {
      if (!(await access(file, constants.X_OK).then(() => true, () => false))) continue;
      const kind = await identify(file, own);
      const details = { path: file, kind };
      if (kind === 'this one') return { name, state: 'ok', message: `the shell's animate is this one (${file})`, details };
      const hint = kind === 'another copy' ? `Started with animate: ${file}. This one is ${own}.` : 'Type animate-portrait instead: it is the same command as this one.';
      return { name, state: 'note', message: `the shell's animate is ${kind === 'ImageMagick' ? "ImageMagick's" : kind} (${file})`, hint, details };
    }
  }
  return { name, state: 'note', message: 'the shell finds no animate', hint: `npm install --global puts it into PATH; without that: node ${own}`, details: { path: null, kind: 'none' } };
}

async function identify(file: string, own: string): Promise<'this one' | 'another copy' | 'ImageMagick' | 'another program'> {
  const [real, ownReal] = await Promise.all([file, own].map((each) => realpath(each).catch(() => each)));
  if (real === ownReal) return 'this one';
  if (/magick|-im\d|\.q\d+/i.test(basename(real))) return 'ImageMagick'; // animate-im6.q16, magick
  const start = await readStart(real);
  if (start.includes('animate-portrait') || (basename(real) === 'animate.js' && start.includes('dist/cli/main.js'))) return 'another copy';
  return /magick/i.test(start) ? 'ImageMagick' : 'another program';
}

/** The first bytes of a file, as text: enough of a script or a Windows shim, and of a program's table of libraries. */
async function readStart(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  try {
    const { buffer, bytesRead } = (await handle?.read(Buffer.alloc(16_384), 0, 16_384, 0)) ?? { buffer: Buffer.alloc(0), bytesRead: 0 };
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await handle?.close();
  }
}
