/** What a film would be, without making it: everything is checked that is checked before a film, and nothing is written. */
import { openSound } from './audio/decode.ts';
import { measureSound } from './audio/measure.ts';
import type { Sound } from './audio/sound.ts';
import { checkByproducts } from './byproducts.ts';
import { AnimateError } from './errors.ts';
import { estimateFilm, type FilmEstimate } from './estimate.ts';
import type { RefusedDevice } from './events.ts';
import type { Box } from './face/pixels.ts';
import { openTake } from './capture/track/take.ts';
import { driveByFile } from './driver.ts';
import { type OptionValues, usualEnding } from './options.ts';
import type { FoundPortrait } from './frame-portrait.ts';
import { planFrame } from './portrait/plan.ts';
import { openReport } from './report.ts';
import { type AnimateRequest, completeOptions, inputsOf, optionsOf, readRequest, separateSound, soundNameOf, untilCancelled } from './request.ts';
import { openSealing } from './sealing.ts';
import { openSession } from './session.ts';
import { checkOutput, findEncoder, isThere } from './video/check-output.ts';
import { defaultOutput, warningsOf } from './video/output.ts';
import { checkMark } from './watermark/mark.ts';

/** What would be made. */
export interface FilmPlan {
  /** Absolute path of the film; of pictures with their %05d; `-` for stdout. */
  readonly path: string;
  /** True where a film of that name is there already. */
  readonly replaces: boolean;
  readonly frames: number;
  readonly fps: number;
  readonly width: number;
  readonly height: number;
  readonly durationSeconds: number;
  /** Forehead to chin, ear to ear, in the picture; pixels. */
  readonly face: Box;
  readonly device: string;
  readonly refusedDevices: readonly RefusedDevice[];
  readonly seed: number;
  readonly model: string;
  /** Rough: docs/batch.md. */
  readonly estimate: FilmEstimate;
  readonly warnings: readonly string[];
}

/** Throws what `animate` would throw before its first frame. */
export function planFilm(request: AnimateRequest): Promise<FilmPlan> {
  const { portrait, signal } = request;
  return untilCancelled(signal, async () => {
    const wished = readRequest(request);
    const report = openReport(request.onProgress);
    const { fps, start: startSeconds, duration: durationSeconds, threads } = wished;
    const inputs = inputsOf(request, wished);
    const output = await checkOutput(wished.output ?? defaultOutput(portrait, soundNameOf(request, wished), usualEnding(wished)), inputs, { ...wished, isDry: true });
    await checkByproducts(wished, inputs, output.path, { isDry: true });
    if (wished.watermark !== undefined) await checkMark(wished.watermark);
    const sealing = await openSealing(wished, output.path, { isDry: true });
    const session = request.session ?? openSession({ signal });
    const opening = session.model(wished);
    opening.catch(() => {}); // awaited below
    try {
      const ffmpeg = await session.ffmpeg(wished.ffmpeg);
      await findEncoder(ffmpeg.path, output, signal);
      const take = wished.driving === undefined ? undefined : await openTake(wished.driving, { ffmpegPath: ffmpeg.path, signal });
      const ownSound = separateSound(request, wished);
      const soundPath = ownSound ?? (take?.hasSound ? take.path : undefined);
      const sound = soundPath === undefined ? undefined : await openSound(soundPath, { ffmpegPath: ffmpeg.path, startSeconds, durationSeconds, signal });
      const takeSeconds = Math.min((take?.durationSeconds ?? 0) - startSeconds, durationSeconds ?? Number.POSITIVE_INFINITY);
      const filmSeconds = sound === undefined || (ownSound === undefined && takeSeconds > 0) ? Math.max(0, takeSeconds) : await lengthOf(sound, fps, durationSeconds, signal);
      const recording = wished.motion === undefined ? undefined : await driveByFile(wished.motion, wished);
      const picture = await session.picture(portrait, wished);
      const model = await opening;
      const { values } = completeOptions(optionsOf(request), model.manifest);
      const found = await session.face(portrait, wished, model);
      report.warn([...picture.warnings, ...(sound?.warnings ?? []), ...(recording?.warningsFor(filmSeconds) ?? []), ...found.warnings, ...sealing.warnings, ...warningsOf(output, values.noSound || soundPath === undefined)]);
      const { width, height, facePixels } = measureFilm(found, values);
      return {
        path: output.path,
        replaces: await isThere(output),
        frames: Math.max(1, Math.ceil(filmSeconds * fps - 1e-6)),
        ...{ fps, width, height, durationSeconds: filmSeconds, face: found.face.bounds },
        ...{ device: model.device.used, refusedDevices: model.device.refused, seed: values.seed, model: values.model },
        estimate: estimateFilm({ width, height, facePixels, durationSeconds: filmSeconds, values, output, cores: threads }),
        warnings: report.warnings,
      };
    } finally {
      if (!request.session) await session.close();
    }
  });
}

/** Of the film, pixels: its size, and width times height of the face in it. */
export function measureFilm({ face, width, height }: FoundPortrait, values: Pick<OptionValues, 'size' | 'crop' | 'preview'>): { width: number; height: number; facePixels: number } {
  const plan = planFrame({ width, height }, face.bounds, values);
  return { width: plan.width, height: plan.height, facePixels: face.bounds.width * face.bounds.height * plan.scale ** 2 };
}

/** Seconds; a sound whose header does not say is read to its end. Throws for one that is shorter than a frame. */
async function lengthOf(sound: Sound, fps: number, durationSeconds: number | undefined, signal: AbortSignal | undefined): Promise<number> {
  const seconds = sound.durationSeconds ?? (await measureSound(sound, { fps, durationSeconds, signal })).durationSeconds;
  if (seconds * fps < 1 - 1e-9) throw new AnimateError('unreadable-input', `${sound.path}: expected at least one frame of sound at ${fps} frames/s, got ${Math.round(seconds * 1e5) / 100} ms`, { hint: 'Use a longer sound, or an earlier --start.' });
  return seconds;
}
