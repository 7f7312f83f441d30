/**
 * One portrait and one sound become a talking video:
 * check options → open model → read voice → speech tokens → read portrait, find and fit the face → for each clip sample motion → render frames → write film → rename into place.
 */
import { openSound } from './audio/decode.ts';
import { speechTokens } from './audio/features.ts';
import { measureSound } from './audio/measure.ts';
import { clipSettings, sampleMotion } from './clips.ts';
import { cancelledError, throwIfCancelled } from './errors.ts';
import type { AnimateResult, ProgressEvent } from './events.ts';
import { findFfmpeg } from './ffmpeg/find.ts';
import { type Model, openModel } from './model/open.ts';
import { shapeTrack } from './motion/track.ts';
import { type AnimateOptions, type OptionValues, resolveOptions } from './options.ts';
import { choosePortrait } from './portrait/choose.ts';
import { loadPicture } from './portrait/load.ts';
import { expandMask, maskPerson } from './portrait/mask.ts';
import { applyPlan, planFrame } from './portrait/plan.ts';
import { createRenderer, type RenderSource } from './render/renderer.ts';
import { readRig } from './render/rig.ts';
import { openReport, type Report } from './report.ts';
import { runAhead } from './run-ahead.ts';
import { version } from './version.ts';
import { checkTarget, defaultOutput } from './video/target.ts';
import { openFilm } from './video/writer.ts';

export interface AnimateRequest extends AnimateOptions {
  /** Path of a picture. */
  portrait: string;
  /** Path of anything with a sound in it. */
  sound: string;
  /** Ends the work; `animate` then throws AnimateError `cancelled`. */
  signal?: AbortSignal | undefined;
  onProgress?: ((event: ProgressEvent) => void) | undefined;
}

/** A frame of the film, as `frames` gives them. */
export interface Frame {
  /** [height, width, 3] uint8, sRGB; overwritten when the next frame is asked for. */
  rgb: Uint8Array;
  width: number;
  height: number;
  /** 0 … count - 1 */
  index: number;
  count: number;
  fps: number;
}

// Clips of motion sampled while frames are drawn: one waits, one is in the making.
const aheadFrames = 60;

/** Makes the film. The file appears under its name only when it is whole. */
export async function animate(request: AnimateRequest): Promise<AnimateResult> {
  const { portrait, sound, signal } = request;
  return untilCancelled(signal, async () => {
    const report = openReport(request.onProgress);
    const { values: wished } = resolveOptions(optionsOf(request));
    const target = await checkTarget(wished.output ?? defaultOutput(portrait, sound), [portrait, sound]);
    const ffmpeg = await findFfmpeg({ path: wished.ffmpeg });
    report.tell({ ffmpeg });
    const show = await openShow(request, report, ffmpeg.path);
    try {
      const { width, height, frames, values, durationSeconds, device } = show;
      const { fps, crf, start: startSeconds, seed, model } = values;
      const metadata = { comment: `Synthetic: made from one picture and a sound by animate-portrait ${version}` };
      const film = await openFilm({ ffmpeg: ffmpeg.path, output: target, width, height, fps, sound, startSeconds, durationSeconds: values.duration, crf, metadata, signal });
      try {
        for await (const frame of show.draw()) await film.write(frame);
        report.warn(await report.during('film', film.finish));
      } finally {
        await film.abort();
      }
      return { path: target, frames, fps, width, height, durationSeconds, seconds: report.seconds(), device: device.used, refusedDevices: device.refused, seed, model, warnings: report.warnings };
    } finally {
      await show.close();
    }
  });
}

/** The frames without a film: for your own encoder, a canvas, a test. */
export async function* frames(request: AnimateRequest): AsyncGenerator<Frame> {
  const report = openReport(request.onProgress);
  const show = await untilCancelled(request.signal, () => openShow(request, report, request.ffmpeg));
  try {
    const { width, height, frames: count, values } = show;
    const drawn = show.draw();
    for (let index = 0; index < count; index++) {
      const { value: rgb } = await untilCancelled(request.signal, () => drawn.next());
      yield { rgb: rgb as Uint8Array, width, height, index, count, fps: values.fps };
    }
  } finally {
    await show.close();
  }
}

/** Everything that is known before the first frame, and the frames. */
interface Show {
  width: number;
  height: number;
  frames: number;
  durationSeconds: number;
  values: OptionValues;
  device: Model['device'];
  /** [height, width, 3] uint8; a frame is overwritten when the next one is asked for. */
  draw(): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

async function openShow(request: AnimateRequest, report: Report, ffmpegPath: string | undefined): Promise<Show> {
  const { signal } = request;
  const { values: wished } = resolveOptions(optionsOf(request));
  const { threads, fps, start: startSeconds, duration: durationSeconds } = wished;
  const opening = report.during('model', () => openModel(wished.model, { device: wished.device, threads: Math.min(threads, 2), signal }));
  opening.catch(() => {}); // awaited once the sound is read: the two go side by side
  try {
    const sound = await openSound(request.sound, { ffmpegPath, startSeconds, durationSeconds, signal });
    const measure = await report.during('sound', () => measureSound(sound, { fps, durationSeconds, signal }));
    report.warn(measure.warnings);

    const { manifest, networks, rig, device } = await opening;
    report.tell({ device: device.used, refused: device.refused });
    const { values, inUse } = resolveOptions(optionsOf(request), { manifest: { steps: manifest.sampler.steps, guidance: manifest.sampler.guidance } });
    report.tell({ options: inUse });

    const source = await report.during('portrait', () => readPortrait(request.portrait, values, networks, report));
    const renderer = createRenderer(readRig(rig), source);
    report.warn(renderer.warnings);
    const frames = Math.max(1, Math.ceil(measure.durationSeconds * fps - 1e-6));
    const sourceFrames = Math.max(1, Math.ceil(measure.durationSeconds * manifest.motion.fps - 1e-6));

    async function* draw(): AsyncGenerator<Uint8Array> {
      const tokens = speechTokens(sound.samples(), networks.speechEncoder, { gain: measure.gain, melPeakFloor: manifest.sound.melPeakFloor, signal });
      const { sampler, ...noise } = { ...manifest.sampler, sampler: manifest.sampler.name };
      const sampled = sampleMotion(tokens, { ...noise, sampler, denoise: networks.denoiser, settings: clipSettings(manifest), frames: sourceFrames, identity: renderer.identity, steps: values.steps, guidance: values.guidance, seed: values.seed, signal });
      const ahead = runAhead(report.counting('motion', sampled, sourceFrames), aheadFrames);
      const track = shapeTrack(ahead, { sourceFrames, sourceFps: manifest.motion.fps, fps, frames, expression: values.expression, headMotion: values.headMotion });
      const out = new Uint8Array(source.width * source.height * 3);
      async function* render() {
        for await (const motion of track) {
          renderer.render(motion, out);
          yield out;
        }
      }
      yield* report.counting('frames', render(), frames);
      report.warn(sound.warnings);
    }
    const model = await opening;
    return { width: source.width, height: source.height, frames, durationSeconds: measure.durationSeconds, values, device, draw, close: model.close };
  } catch (error) {
    await opening.then((model) => model.close(), () => {});
    throw error;
  }
}

async function readPortrait(path: string, values: OptionValues, networks: Model['networks'], report: Report): Promise<RenderSource> {
  const picture = await loadPicture(path, { background: values.background });
  report.warn(picture.warnings);
  const detectors = { near: networks.faceDetectorNear, far: networks.faceDetectorFar, mesh: networks.faceMesh };
  const { face, warnings } = await choosePortrait(picture, detectors, { face: values.face });
  report.warn(warnings);
  const plan = planFrame(picture, face.bounds, { size: values.size, crop: values.crop });
  const { picture: framed, landmarks } = await applyPlan(picture, face.landmarks, plan);
  const [scale, { x, y }] = [plan.width / plan.crop.width, plan.crop];
  const bounds = { x: (face.bounds.x - x) * scale, y: (face.bounds.y - y) * scale, width: face.bounds.width * scale, height: face.bounds.height * scale };
  const mask = expandMask(await maskPerson(framed, networks.personMask, bounds), framed);
  return { ...plan, rgb: framed.rgb, landmarks, mask, maskWidth: plan.width, maskHeight: plan.height };
}

function optionsOf({ portrait, sound, signal, onProgress, ...options }: AnimateRequest): AnimateOptions {
  return options;
}

/** Whatever breaks after the signal fired is a consequence of it. */
async function untilCancelled<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    throwIfCancelled(signal);
    return await work();
  } catch (error) {
    throw signal?.aborted ? cancelledError(signal) : error;
  }
}
