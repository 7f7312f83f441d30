/**
 * One portrait and one sound become a talking video:
 * check options → open model → read voice → speech tokens → read portrait, find and fit the face → perform head, brows and eyes → for each clip sample the lips → render frames → write film → rename into place.
 */
import { createHash } from 'node:crypto';
import { openSound } from './audio/decode.ts';
import { speechTokens } from './audio/features.ts';
import { measureSound } from './audio/measure.ts';
import { speechRate } from './audio/sound.ts';
import { type FilmFacts, openByproducts } from './byproducts.ts';
import { clipSettings, sampleMotion } from './clips.ts';
import type { AnimateResult } from './events.ts';
import { findFfmpeg } from './ffmpeg/find.ts';
import { type Fingerprint, fingerprintFilm } from './fingerprint.ts';
import { refuseAddresses } from './local-path.ts';
import type { Model } from './model/open.ts';
import { channelCount } from './motion/channels.ts';
import { overlayTake } from './motion/overlay.ts';
import { shapeTrack } from './motion/track.ts';
import { keepMotion } from './motion-out.ts';
import { type OptionValues, resolveOptions } from './options.ts';
import { drawPerformance } from './performance/perform.ts';
import { performanceControls } from './performance-controls.ts';
import { renderFrames, type RenderFramesOptions } from './render/pool.ts';
import { channelsOf } from './render/renderer.ts';
import { openReport, type Report } from './report.ts';
import { type AnimateRequest, checkRequest, completeOptions, type Frame, inputsOf, optionsOf, soundNameOf, streamOf, untilCancelled } from './request.ts';
import { runAhead } from './run-ahead.ts';
import { openSealing } from './sealing.ts';
import { openSession, type ReadyPortrait } from './session.ts';
import { version } from './version.ts';
import { provenance } from './video/args.ts';
import { checkTarget, defaultOutput, filmKind } from './video/target.ts';
import { openFilm } from './video/writer.ts';
import { blendMarks } from './watermark/blend.ts';
import { checkMark, drawMark } from './watermark/mark.ts';

// Motion is sampled in clips of 60 frames while frames are drawn: while one clip is drawn, the next is made.
const motionAheadFrames = 60;

/** Makes the film. The file appears under its name only when it is whole. */
export function animate(request: AnimateRequest): Promise<AnimateResult> {
  const { portrait, signal } = request;
  return untilCancelled(signal, async () => {
    const wished = resolveOptions(optionsOf(request)).values;
    refuseAddresses({ ...request, ...wished });
    checkRequest(request, wished);
    const report = openReport(request.onProgress);
    const path = await checkTarget(wished.output ?? defaultOutput(portrait, soundNameOf(request, wished), wished), inputsOf(request, wished), filmKind(wished.alpha));
    const byproducts = await openByproducts(wished, inputsOf(request, wished), path);
    const sealing = await openSealing(wished, path);
    const ffmpegPath = (request.session?.ffmpeg(wished.ffmpeg) ?? findFfmpeg({ path: wished.ffmpeg })).then((ffmpeg) => {
      report.tell({ ffmpeg });
      return ffmpeg.path;
    });
    const show = await openShow(request, report, ffmpegPath);
    const drawn = show.draw(byproducts.takeMotion);
    try {
      const { width, height, channels, frames, durationSeconds, device, values, sound } = show;
      const { fps, crf, start, duration, seed, model } = values;
      byproducts.begin(show);
      const first = drawn.next(); // made while ffmpeg starts
      first.catch(() => {}); // awaited below
      const fingerprint = await show.fingerprint();
      const metadata = provenance({ version, model, ...fingerprint });
      const digest = createHash('sha256');
      const film = await openFilm({ ffmpeg: await ffmpegPath, output: path, width, height, channels, fps, sound, startSeconds: start, durationSeconds: duration, crf, metadata, seal: sealing.sealer({ portrait, sound: request.sound, motion: values.motion, driving: values.driving }, show.hash), signal });
      try {
        let next = await first;
        for (let index = 0; !next.done; index++, next = await drawn.next()) {
          digest.update(next.value);
          await byproducts.takeFrame(next.value, index);
          await film.write(next.value);
        }
        await byproducts.close();
        report.warn(await report.during('film', film.finish));
        report.warn(sealing.warnings);
        await byproducts.finish();
      } finally {
        await film.abort(); // nothing to do where it is finished
      }
      const { seconds, warnings } = report;
      return { path, frames, fps, width, height, durationSeconds, seconds: seconds(), device: device.used, refusedDevices: device.refused, seed, model, fingerprint: fingerprint.fingerprint, framesSha256: digest.digest('hex'), signer: sealing.signer, warnings };
    } finally {
      await drawn.return(undefined);
      await byproducts.abort();
      await show.close();
    }
  });
}

/** The frames without a film: for your own encoder, a canvas, a test. */
export async function* frames(request: AnimateRequest): AsyncGenerator<Frame> {
  const { signal } = request;
  const wished = resolveOptions(optionsOf(request)).values;
  refuseAddresses({ ...request, ...wished });
  checkRequest(request, wished);
  const byproducts = await openByproducts(wished, inputsOf(request, wished));
  const show = await untilCancelled(signal, () => openShow(request, openReport(request.onProgress), Promise.resolve(request.ffmpeg)));
  byproducts.begin(show);
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
interface Show extends FilmFacts {
  device: Model['device'];
  values: OptionValues;
  /** The file that the film's sound comes from; undefined for a silent one. */
  sound: string | undefined;
  /** What the film is made of. */
  fingerprint(): Promise<Fingerprint>;
  /** sha256 of a file, hexadecimal. */
  hash(path: string): Promise<string>;
  /** [height, width, channels] uint8; a frame is overwritten when the next one is asked for. `keep` gets the motion [58] of each. */
  draw(keep?: (motion: Float32Array) => Promise<void>): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

/** `ffmpeg`: its path; looked for while the model opens. */
async function openShow(request: AnimateRequest, report: Report, ffmpeg: Promise<string | undefined>): Promise<Show> {
  const wished = resolveOptions(optionsOf(request)).values;
  const { fps, threads, start: startSeconds, duration: durationSeconds } = wished;
  if (wished.watermark !== undefined) await checkMark(wished.watermark);
  const giveUp = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, giveUp.signal]) : giveUp.signal;
  const session = request.session ?? openSession({ signal });
  const closeOwn = (): Promise<void> => (request.session ? Promise.resolve() : session.close());
  const opening = report.during('model', () => session.model(wished));
  opening.catch(() => {}); // awaited once the sound is read: the two go side by side
  try {
    const ffmpegPath = await ffmpeg;
    const take = wished.driving === undefined ? undefined : await openTake(wished.driving, { ffmpegPath, signal });
    const soundPath = request.sound ?? (take?.hasSound ? take.path : undefined);
    const sound = soundPath === undefined ? undefined : await openSound(soundPath, { ffmpegPath, startSeconds, durationSeconds, signal });
    const picture = await session.picture(request.portrait, wished);
    const measure = sound && (await report.during('sound', () => measureSound(sound, { fps, durationSeconds: wished.preview ? undefined : durationSeconds, signal })));
    report.warn([...picture.warnings, ...(measure?.warnings ?? [])]);

    const model = await opening;
    const { manifest, networks, rig, device } = model;
    report.tell({ device: device.used, refused: device.refused });
    const { values, inUse } = completeOptions(optionsOf(request), manifest);
    report.tell({ options: inUse });

    const driver = await openDriver({ request, take, values, model, session, report, signal });
    const filmSeconds = request.sound === undefined ? (driver?.durationSeconds ?? 0) : (measure?.durationSeconds ?? 0);
    report.warn(driver?.warningsFor(filmSeconds) ?? []);

    const ready = await report.during('portrait', () => session.portrait(request.portrait, values, model));
    const { source, gapRow } = ready;
    const mark = values.watermark === undefined ? undefined : await drawMark(values.watermark, source);
    report.warn(ready.warnings);

    const { melPeakFloor } = manifest.sound;
    const { fps: sourceFps } = manifest.motion;
    const frames = countFrames(filmSeconds, fps);
    const sourceFrames = countFrames(filmSeconds, sourceFps);
    async function* makeMotion(): AsyncGenerator<Float32Array> {
      if (driver?.movesAll) return yield* driver.play({ fps, frames });
      const taken = driver && { parts: driver.parts, frames: await collect(driver.play({ fps: sourceFps, frames: sourceFrames })) };
      const drawn = measure ? drawPerformance(measure.prosody, sourceFrames, performanceControls(values)) : stillness;
      const performance = taken ? overlayTake(drawn, taken.frames, taken.parts, sourceFps) : drawn;
      const hasLips = taken?.parts.has('lips') ?? false;
      const lips = hasLips ? (taken?.frames ?? []) : sound && measure ? sampleLips(sound, measure.gain) : Array.from({ length: sourceFrames }, () => new Float32Array(channelCount));
      yield* shapeTrack(lips, { sourceFrames, sourceFps, fps, frames, expression: hasLips ? 1 : values.expression, performance, gapRow }); // a driver has seen to its own expression
    }
    function sampleLips(heard: Sound, gain: number): AsyncIterable<Float32Array> {
      const tokens = speechTokens(heard.samples(), networks.speechEncoder, { gain, melPeakFloor, signal });
      const { denoiser: denoise } = networks;
      const { steps, guidance, seed } = values;
      const sampled = sampleMotion(tokens, { ...manifest.sampler, steps, guidance, seed, denoise, settings: clipSettings(manifest), frames: sourceFrames, signal });
      return runAhead(report.counting('motion', sampled, sourceFrames), motionAheadFrames);
    }
    async function* draw(keep?: (motion: Float32Array) => Promise<void>): AsyncGenerator<Uint8Array> {
      const track = makeMotion();
      const drawing = { threads, fps, signal, fineness: values.preset, motionBlur: values.motionBlur === 'auto', restingFrames: values.loop ? frames : undefined, ...(request.session ? keepPrepared(ready) : {}) };
      const drawn = renderFrames(rig, source, keep ? keepMotion(track, keep) : track, drawing);
      yield* report.counting('frames', mark ? blendMarks(drawn, { width: source.width, channels: channelsOf(source) }, mark) : drawn, frames);
      report.warn(sound?.warnings ?? []);
    }
    const { width, height, landmarks } = source;
    const facts: FilmFacts = { width, height, channels: channelsOf(source), frames, fps, durationSeconds: filmSeconds, landmarks, gapRow, samples: sound?.samples ?? noSamples, sampleRate: speechRate };
    return { ...facts, device, values, sound: soundPath, fingerprint: () => fingerprintFilm(request, values, manifest, session.hash), hash: session.hash, draw, close: closeOwn };
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

/** A face that nothing moves. */
const stillness = { read: (_index: number, out: Float32Array): void => void out.fill(0) };

/** Frames that cover the whole sound. */
function countFrames(seconds: number, fps: number): number {
  return Math.max(1, Math.ceil(seconds * fps - 1e-6));
}
