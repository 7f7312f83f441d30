/**
 * One portrait and one sound become a talking video:
 * check options → open model → read voice → speech tokens → read portrait, find and fit the face → perform head, brows and eyes → for each clip sample the lips → render frames → write film → rename into place.
 */
import { createHash } from 'node:crypto';
import { openSound } from './audio/decode.ts';
import { speechTokens } from './audio/features.ts';
import { measureSound } from './audio/measure.ts';
import { openByproducts } from './byproducts.ts';
import { clipSettings, sampleMotion } from './clips.ts';
import type { AnimateResult } from './events.ts';
import { findFfmpeg } from './ffmpeg/find.ts';
import { type Fingerprint, fingerprintFilm } from './fingerprint.ts';
import { refuseAddresses } from './local-path.ts';
import type { Model } from './model/open.ts';
import { shapeTrack } from './motion/track.ts';
import { keepMotion, openRecording } from './motion-source.ts';
import { type OptionValues, resolveOptions, usualEnding } from './options.ts';
import { drawPerformance } from './performance/perform.ts';
import { performanceControls } from './performance-controls.ts';
import { renderFrames, type RenderFramesOptions } from './render/pool.ts';
import { channelsOf } from './render/renderer.ts';
import { openReport, type Report } from './report.ts';
import { type AnimateRequest, completeOptions, type Frame, inputsOf, optionsOf, untilCancelled } from './request.ts';
import { runAhead } from './run-ahead.ts';
import { openSession, type ReadyPortrait } from './session.ts';
import { version } from './version.ts';
import { provenance } from './video/args.ts';
import { checkOutput } from './video/check-output.ts';
import { defaultOutput } from './video/output.ts';
import { openFilm } from './video/writer.ts';

// Motion is sampled in clips of 60 frames while frames are drawn: while one clip is drawn, the next is made.
const motionAheadFrames = 60;

/** Makes the film. The file appears under its name only when it is whole. */
export function animate(request: AnimateRequest): Promise<AnimateResult> {
  const { portrait, sound, signal } = request;
  return untilCancelled(signal, async () => {
    refuseAddresses(request);
    const report = openReport(request.onProgress);
    const wished = resolveOptions(optionsOf(request)).values;
    const { path } = await checkOutput(wished.output ?? defaultOutput(portrait, sound, usualEnding(wished)), inputsOf(request, wished), wished);
    const byproducts = await openByproducts(wished, inputsOf(request, wished), path);
    const ffmpeg = await (request.session?.ffmpeg(wished.ffmpeg) ?? findFfmpeg({ path: wished.ffmpeg }));
    report.tell({ ffmpeg });
    const show = await openShow(request, report, ffmpeg.path);
    try {
      const { width, height, channels, frames, durationSeconds, device, values } = show;
      const { fps, crf, codec, streamFormat, noSound, start, duration, seed, model } = values;
      const fingerprint = await show.fingerprint();
      const metadata = provenance({ version, model, ...fingerprint });
      const digest = createHash('sha256');
      const film = await openFilm({ ffmpeg: ffmpeg.path, output: path, codec, streamFormat, width, height, channels, fps, sound, noSound, startSeconds: start, durationSeconds: duration, crf, metadata, signal });
      report.warn(film.warnings);
      try {
        let index = 0;
        for await (const frame of show.draw(byproducts.takeMotion)) {
          digest.update(frame);
          await byproducts.takeFrame(frame, index++);
          await film.write(frame);
        }
        await byproducts.close();
        report.warn(await report.during('film', film.finish));
        await byproducts.finish();
      } finally {
        await film.abort(); // nothing to do where it is finished
      }
      const { seconds, warnings } = report;
      return { path, frames, fps, width, height, durationSeconds, seconds: seconds(), device: device.used, refusedDevices: device.refused, seed, model, fingerprint: fingerprint.fingerprint, framesSha256: digest.digest('hex'), warnings };
    } finally {
      await byproducts.abort();
      await show.close();
    }
  });
}

/** The frames without a film: for your own encoder, a canvas, a test. */
export async function* frames(request: AnimateRequest): AsyncGenerator<Frame> {
  const { signal } = request;
  refuseAddresses(request);
  const wished = resolveOptions(optionsOf(request)).values;
  const byproducts = await openByproducts(wished, inputsOf(request, wished));
  const show = await untilCancelled(signal, () => openShow(request, openReport(request.onProgress), request.ffmpeg));
  const drawn = show.draw(byproducts.takeMotion);
  try {
    const { width, height, channels, frames: count, values } = show;
    for (let index = 0; index < count; index++) {
      const { value: rgb } = await untilCancelled(signal, () => drawn.next());
      await byproducts.takeFrame(rgb as Uint8Array, index);
      yield { rgb: rgb as Uint8Array, channels, width, height, index, count, fps: values.fps };
    }
    await byproducts.close();
    await byproducts.finish();
  } finally {
    await drawn.return(undefined);
    await byproducts.abort();
    await show.close();
  }
}

/** Everything that is known before the first frame, and the frames. */
interface Show {
  /** Of the film, pixels. */
  width: number;
  height: number;
  channels: 3 | 4;
  frames: number;
  durationSeconds: number;
  device: Model['device'];
  values: OptionValues;
  /** What the film is made of. */
  fingerprint(): Promise<Fingerprint>;
  /** [height, width, channels] uint8; a frame is overwritten when the next one is asked for. `keep` gets the motion [58] of each. */
  draw(keep?: (motion: Float32Array) => Promise<void>): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

async function openShow(request: AnimateRequest, report: Report, ffmpegPath: string | undefined): Promise<Show> {
  const wished = resolveOptions(optionsOf(request)).values;
  const { fps, threads, start: startSeconds, duration: durationSeconds } = wished;
  const recording = wished.motion === undefined ? undefined : await openRecording(wished.motion);
  const giveUp = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, giveUp.signal]) : giveUp.signal;
  const session = request.session ?? openSession({ signal });
  const closeOwn = (): Promise<void> => (request.session ? Promise.resolve() : session.close());
  const opening = report.during('model', () => session.model(wished));
  opening.catch(() => {}); // awaited once the sound is read: the two go side by side
  try {
    const sound = await openSound(request.sound, { ffmpegPath, startSeconds, durationSeconds, signal });
    const picture = await session.picture(request.portrait, wished);
    const measure = await report.during('sound', () => measureSound(sound, { fps, durationSeconds, signal }));
    report.warn([...picture.warnings, ...measure.warnings, ...(recording?.warningsFor(measure.durationSeconds) ?? [])]);

    const model = await opening;
    const { manifest, networks, rig, device } = model;
    report.tell({ device: device.used, refused: device.refused });
    const { values, inUse } = completeOptions(optionsOf(request), manifest);
    report.tell({ options: inUse });

    const ready = await report.during('portrait', () => session.portrait(request.portrait, values, model));
    const { source, gapRow } = ready;
    report.warn(ready.warnings);

    const { melPeakFloor } = manifest.sound;
    const { fps: sourceFps } = manifest.motion;
    const frames = countFrames(measure.durationSeconds, fps);
    const sourceFrames = countFrames(measure.durationSeconds, sourceFps);
    function makeMotion(): AsyncGenerator<Float32Array> {
      const tokens = speechTokens(sound.samples(), networks.speechEncoder, { gain: measure.gain, melPeakFloor, signal });
      const { denoiser: denoise } = networks;
      const { steps, guidance, seed, expression } = values;
      const performance = drawPerformance(measure.prosody, sourceFrames, performanceControls(values));
      const sampled = sampleMotion(tokens, { ...manifest.sampler, steps, guidance, seed, denoise, settings: clipSettings(manifest), frames: sourceFrames, signal });
      const ahead = runAhead(report.counting('motion', sampled, sourceFrames), motionAheadFrames);
      return shapeTrack(ahead, { sourceFrames, sourceFps, fps, frames, expression, performance, gapRow });
    }
    async function* draw(keep?: (motion: Float32Array) => Promise<void>): AsyncGenerator<Uint8Array> {
      const track = recording?.play({ ...values, frames }) ?? makeMotion();
      const drawing = { threads, fps, signal, fineness: values.preset, motionBlur: values.motionBlur === 'auto', restingFrames: values.loop ? frames : undefined, ...(request.session ? keepPrepared(ready) : {}) };
      yield* report.counting('frames', renderFrames(rig, source, keep ? keepMotion(track, keep) : track, drawing), frames);
      report.warn(sound.warnings);
    }
    return { width: source.width, height: source.height, channels: channelsOf(source), frames, durationSeconds: measure.durationSeconds, device, values, fingerprint: () => fingerprintFilm(request, values, manifest, session.hash), draw, close: closeOwn };
  } catch (error) {
    giveUp.abort();
    await closeOwn();
    throw error;
  }
}

/** For the next film of the session with this portrait. */
function keepPrepared(ready: ReadyPortrait): Pick<RenderFramesOptions, 'prepared' | 'onPrepared'> {
  return { prepared: ready.prepared, onPrepared: (prepared) => void (ready.prepared = prepared) };
}

/** Frames that cover the whole sound. */
function countFrames(seconds: number, fps: number): number {
  return Math.max(1, Math.ceil(seconds * fps - 1e-6));
}
