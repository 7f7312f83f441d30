/** `animate inspect`: a report on a portrait, a sound, a film or a model, whichever the file is. */
import { resolve } from 'node:path';
import { AnimateError } from '../errors.ts';
import { checkModel, type ModelCheck, type ModelSummary } from '../model/check.ts';
import { type AnimateOptions, resolveOptions } from '../options.ts';
import { type FilmReport, inspectFilm, inspectPictures, isSignedHere } from './film.ts';
import { findKind } from './kind.ts';
import { type InspectPortraitOptions, inspectPortrait, type PortraitReport } from './portrait.ts';
import { inspectSound, type SoundReport } from './sound.ts';

export type ModelReport = { readonly kind: 'model' } & Omit<ModelSummary, 'kind'> & { readonly pipeline: string; readonly checks: readonly ModelCheck[] };
/** A film that is not ours but has a sound is told as both. */
export type Inspection = PortraitReport | SoundReport | (FilmReport & { readonly sound?: SoundReport }) | ModelReport;

export type InspectOptions = InspectPortraitOptions & Pick<AnimateOptions, 'ffmpeg'>;

/** Throws AnimateError as `animate` would for the same file: unreadable-input, no-face, model-mismatch ... */
export async function inspect(path: string, options: InspectOptions = {}): Promise<Inspection> {
  const { overlay, signal, ffmpeg: _ffmpeg, ...rest } = options;
  const { ffmpeg } = resolveOptions({ ...rest, ffmpeg: options.ffmpeg }).values;
  const found = await findKind(path);
  if (overlay !== undefined && found.kind !== 'portrait') {
    throw new AnimateError('bad-option', `--overlay: expected a portrait to draw over, got ${found.kind === 'model' ? 'a model' : 'a sound or film'}`, { hint: 'Leave --overlay out.' });
  }
  const isFilm = found.kind === 'portrait' && overlay === undefined && (await isSignedHere(path));
  if (found.kind === 'portrait' && !isFilm) return inspectPortrait(path, { ...rest, overlay, signal });
  if (found.kind === 'model') {
    const { kind: pipeline, ...model } = await checkModel(resolve(found.path), { signal });
    return { kind: 'model', pipeline, ...model };
  }
  if (found.kind === 'pictures') return inspectPictures(found.path);
  const film = await inspectFilm(path, { ffmpeg, signal });
  if (film === undefined) return inspectSound(path, { ffmpeg, signal });
  return film.isOurs || film.audio === undefined ? film : { ...film, sound: await inspectSound(path, { ffmpeg, signal }) };
}
