/** Looks at the sounds of a batch without decoding them: many to one ffmpeg, because starting it takes longer than the look. */
import { open } from 'node:fs/promises';
import { openSound } from '../audio/decode.ts';
import { AnimateError } from '../errors.ts';
import { type Probe, probe, probeMany } from '../ffmpeg/probe.ts';
import { inTurns } from './in-turns.ts';

/** What is known of a sound file: how long all of it is (undefined: its header does not say), or why it cannot be used. */
export type SoundLook = { readonly durationSeconds: number | undefined } | { readonly error: AnimateError };

const inputsAtOnce = 64; // each is a file that ffmpeg holds open
const ffmpegsAtOnce = 2;

/** Each of `paths` once. */
export async function lookAtSounds(paths: readonly string[], ffmpeg: string, signal: AbortSignal | undefined): Promise<Map<string, SoundLook>> {
  const looks = new Map<string, SoundLook>();
  const others: string[] = [];
  await inTurns([...new Set(paths)], 16, async (path) => {
    try {
      if (await isRiff(path)) looks.set(path, { durationSeconds: (await openSound(path, { ffmpegPath: ffmpeg, signal })).durationSeconds });
      else others.push(path);
    } catch (error) {
      looks.set(path, { error: known(error) });
    }
  });
  const groups = Array.from({ length: Math.ceil(others.length / inputsAtOnce) }, (_, index) => others.slice(index * inputsAtOnce, (index + 1) * inputsAtOnce));
  await inTurns(groups, ffmpegsAtOnce, async (group) => {
    const found = await probeMany(ffmpeg, group, { signal });
    for (const path of group) looks.set(path, await lookOf(found.get(path), ffmpeg, path, signal));
  });
  return looks;
}

/** What several could not tell, one look at the file alone will. */
async function lookOf(found: Probe | undefined, ffmpeg: string, path: string, signal: AbortSignal | undefined): Promise<SoundLook> {
  try {
    const { audio, durationSeconds } = found ?? (await probe(ffmpeg, path, { signal }));
    if (audio) return { durationSeconds };
    await openSound(path, { ffmpegPath: ffmpeg, signal }); // says what it has instead
    return { durationSeconds };
  } catch (error) {
    return { error: known(error) };
  }
}

/** Throws what `openSound` would of a file that is none, is empty or may not be read. */
async function isRiff(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  const bytes = Buffer.alloc(4);
  try {
    await file?.read(bytes, 0, 4, 0);
  } catch {
    return true; // a folder: openSound tells
  } finally {
    await file?.close();
  }
  const name = bytes.toString('latin1');
  return file === undefined || name === '\0\0\0\0' || ['RIFF', 'RIFX', 'RF64'].includes(name);
}

function known(error: unknown): AnimateError {
  if (error instanceof AnimateError && error.code !== 'cancelled') return error;
  throw error;
}
