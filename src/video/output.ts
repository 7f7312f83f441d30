/** What a film is to be written as: read from the name of its file and the options, before anything is looked at on the disk. */
import { basename, dirname, extname, join, parse, resolve } from 'node:path';
import { AnimateError } from '../errors.ts';
import { type CodecName, type Coding, codecNames } from './codecs.ts';
import { containerByEnding, type ContainerName, containerNames, containerOf, holds, isPictures, streamFormats, usualCoding } from './containers.ts';
import { expandFolder, type Sequence, sequenceOf } from './sequence.ts';

/** The options that say how. */
export interface OutputOptions {
  /** Keeps transparency. */
  readonly alpha?: boolean;
  readonly codec?: CodecName | undefined;
  readonly streamFormat?: (typeof streamFormats)[number] | undefined;
  readonly fps?: number;
}

export interface Output {
  /** Absolute: of the film, or of its pictures (`/films/frames/%05d.png`); `-` for stdout. */
  readonly path: string;
  readonly kind: 'file' | 'pictures' | 'stream';
  readonly container: ContainerName;
  readonly coding: Coding;
  /** Of pictures. */
  readonly sequence?: Sequence;
}

/** The name that stands for stdout. */
export const stdout = '-';

// Browsers take a delay of less than 0.02 s for one of 0.1 s.
const mostGifFps = 50;

/** Where the film goes when nobody says: the portrait's name, beside the sound. */
export function defaultOutput(portrait: string, sound: string, ending: string): string {
  return join(dirname(sound), `${parse(portrait).name}${ending}`);
}

/** Throws `bad-option` for a name, or a codec, that does not go with the rest. */
export function readOutput(target: string, options: OutputOptions = {}): Output {
  const { alpha = false, codec, streamFormat, fps = 25 } = options;
  if (target === stdout) return readStream(options);
  if (streamFormat !== undefined) throw new AnimateError('bad-option', `--stream-format: expected it with --output -, got --output ${target}`, { hint: 'A file is what its ending says.' });

  const path = resolve(expandFolder(target));
  const sequence = sequenceOf(path);
  const container = containerByEnding(extname(path));
  if (container === undefined || (isPictures(container) && !sequence) || usualCoding(container, alpha) === undefined) throw refuseName(target, alpha, container);
  if (container === 'gif' && fps > mostGifFps) throw new AnimateError('bad-option', `--fps: expected at most ${mostGifFps} frames a second for a .gif, got ${fps}`, { hint: 'Give another rate, or .apng.' });
  const coding = codingFor(container, `${alpha ? 'a transparent ' : ''}${extname(path).toLowerCase()}`, alpha, codec);
  return sequence ? { path, kind: 'pictures', container, coding, sequence } : { path, kind: 'file', container, coding };
}

function readStream({ alpha = false, codec, streamFormat }: OutputOptions): Output {
  const fits = (name: ContainerName): boolean => (codec === undefined ? usualCoding(name, alpha) !== undefined : holds(name, codec, alpha));
  const container = streamFormat ?? streamFormats.find(fits) ?? 'mkv';
  if (usualCoding(container, alpha) === undefined) throw new AnimateError('bad-option', `--stream-format: expected webm or mkv (with --alpha), got "${container}"`);
  return { path: stdout, kind: 'stream', container, coding: codingFor(container, `${alpha ? 'a transparent ' : ''}${container}`, alpha, codec) };
}

/** `what` tells it in messages. */
function codingFor(container: ContainerName, what: string, alpha: boolean, codec: CodecName | undefined): Coding {
  const usual = usualCoding(container, alpha) as Coding;
  if (codec === undefined || holds(container, codec, alpha)) return codec ?? usual;
  const choices = containerOf(container).codings.filter((coding) => (codecNames as readonly Coding[]).includes(coding) && holds(container, coding, alpha));
  const expected = choices.length === 0 ? 'none' : `${choices.length > 1 ? 'one of ' : ''}${choices.join(', ')}`;
  const others = containerNames.filter((name) => holds(name, codec, alpha)).map((name) => containerOf(name).endings[0]);
  const hint = others.length > 0 ? `${codec} goes into ${others.join(', ')}.` : `${codec} holds no transparency: vp9 and prores do.`;
  throw new AnimateError('bad-option', `--codec: expected ${expected} for ${what}, got "${codec}"`, { hint });
}

function refuseName(target: string, alpha: boolean, container: ContainerName | undefined): AnimateError {
  const fitting = containerNames.filter((name) => usualCoding(name, alpha) !== undefined);
  const films = fitting.filter((name) => !isPictures(name)).flatMap((name) => containerOf(name).endings);
  const pictures = fitting.filter(isPictures).flatMap((name) => containerOf(name).endings);
  const expected = `a name that ends in ${films.join(', ')}, or pictures like frames/%05d.png (${pictures.join(', ')})${alpha ? ' (with --alpha)' : ''}`;
  const beside = join(dirname(target), basename(target, extname(target)).replaceAll('%', '') || 'film');
  const isOnePicture = container !== undefined && isPictures(container) && usualCoding(container, alpha) !== undefined;
  const hint = isOnePicture ? `Try --output ${join(beside, `%05d${extname(target)}`)} for a picture of each frame, or --output ${beside}.apng for one that moves` : `Try --output ${beside}${container === 'gif' ? '.apng' : alpha ? '.webm' : '.mp4'}`;
  return new AnimateError('bad-option', `--output: expected ${expected}, got "${target}"`, { hint });
}

/** What is told of it once, where it may not be what was meant. */
export function warningsOf({ container, path }: Output, noSound: boolean): string[] {
  if (noSound || containerOf(container).sound !== undefined) return [];
  return [`${basename(path)}: has no sound: ${isPictures(container) ? 'pictures hold' : `${extname(path).toLowerCase()} holds`} none`];
}
