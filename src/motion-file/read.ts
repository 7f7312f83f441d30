/** Reads motion from a file, JSON or CSV by the ending of its name. */
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { AnimateError } from '../errors.ts';
import type { MotionTrack } from '../motion/play.ts';
import { parseCsvMotion } from './csv.ts';
import { parseJsonMotion } from './json.ts';
import { cutHint, unreadable } from './values.ts';

export const motionEndings = ['.json', '.csv'] as const;

// The whole file is held in memory. About 100 minutes of JSON at 60 frames a second, or 50 of CSV.
const mostBytes = 200e6;

/** Throws `unreadable-input`, in words that name the place, where the file is no motion. */
export async function readMotion(path: string): Promise<MotionTrack> {
  const ending = extname(path).toLowerCase();
  if (ending !== '.json' && ending !== '.csv') throw unreadable(path, `expected a name that ends in ${motionEndings.join(' or ')}, got "${ending}"`, 'docs/motion-files.md describes both.');
  const text = (await readText(path)).replace(/^\uFEFF/, '');
  return ending === '.json' ? parseJsonMotion(text, path) : parseCsvMotion(text, path);
}

async function readText(path: string): Promise<string> {
  try {
    const entry = await stat(path);
    if (entry.isDirectory()) throw unreadable(path, 'expected a motion file, got a folder', 'Give the path of one .json or .csv file.');
    if (entry.size > mostBytes) {
      throw unreadable(path, `expected at most ${mostBytes / 1e6} MB of motion, got ${Math.round(entry.size / 1e6)} MB`, cutHint);
    }
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof AnimateError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'no such file (expected motion as .json or .csv)' : `cannot be read (${code ?? message})`;
    throw unreadable(path, what, 'Check the path and the permissions.', cause);
  }
}
