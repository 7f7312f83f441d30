/** Whether a film can be written where it should go: its name, its codec, its place on the disk, an encoder for it. */
import { access, constants, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isatty } from 'node:tty';
import { AnimateError } from '../errors.ts';
import { listEncoders } from '../ffmpeg/encoders.ts';
import { encodersOf } from './codecs.ts';
import { containerOf } from './containers.ts';
import { type Output, type OutputOptions, readOutput } from './output.ts';
import { hasAllPictures, listOwnPictures, readNote } from './pictures-folder.ts';
import type { Sequence } from './sequence.ts';
import { checkFolder, checkTarget, type CheckTargetOptions } from './target.ts';

/**
 * Throws `bad-option` unless a film of that kind can be written: a known ending, a codec that goes with it, an existing folder that can be written, none of the `inputs` in its place.
 * Returns the output; its `path` is absolute.
 */
export async function checkOutput(target: string, inputs: readonly string[], options: OutputOptions & CheckTargetOptions = {}): Promise<Output> {
  const output = readOutput(target, options);
  if (output.kind === 'stream') {
    if (!options.isDry && isatty(1)) throw new AnimateError('bad-option', '--output: expected a pipe or a file behind -, got a terminal', { hint: 'Like: animate face.png voice.wav -o - | ffplay -' });
  } else if (output.sequence) await checkPictures(output.sequence, target, inputs, options);
  else {
    const { endings } = containerOf(output.container);
    await checkTarget(target, inputs, { flag: '--output', endings, example: `film${endings[0]}` }, options);
  }
  return output;
}

async function checkPictures({ folder }: Sequence, target: string, inputs: readonly string[], options: CheckTargetOptions): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return checkFolder(folder, target, '--output', options);
  if (!found.isDirectory()) throw new AnimateError('bad-option', `--output: expected a folder for the pictures, got the file "${folder}"`, { hint: 'Give a new folder: --output frames/' });
  const real = await realpath(folder);
  for (const input of inputs) {
    const place = await realpath(dirname(input)).catch(() => undefined);
    if (place === real) throw new AnimateError('bad-option', `--output: expected another folder than that of the input ${input}, got "${target}"`, { hint: 'Give a new folder: --output frames/' });
  }
  await listOwnPictures(folder, target);
  await checkFolder(join(folder, 'picture'), target, '--output', { ...options, makesFolder: false });
}

/** Whether there is a film already that would be replaced. */
export async function isThere({ path, kind, sequence }: Output): Promise<boolean> {
  if (kind === 'stream') return false;
  if (!sequence) return access(path, constants.F_OK).then(() => true, () => false);
  const note = await readNote(sequence.folder);
  return note !== undefined && (await hasAllPictures(sequence.folder, note));
}

/** The encoder that codes it. Throws `bad-option` where this ffmpeg has none. */
export async function findEncoder(ffmpegPath: string, { coding, path }: Output, signal?: AbortSignal): Promise<string> {
  const wanted = encodersOf(coding);
  if (coding === 'h264') return wanted[0]; // findFfmpeg looked for it; asking takes 0.3 s with some builds
  const known = await listEncoders(ffmpegPath, signal);
  const found = wanted.find((name) => known.includes(name));
  if (found !== undefined) return found;
  throw new AnimateError('bad-option', `--output: expected an ffmpeg that can write ${coding} (${wanted.join(' or ')}) for ${path}, got ${ffmpegPath}`, { hint: 'Give another with --ffmpeg, or another codec with --codec.' });
}
