/** A film before it is a file: everything that is known before its first frame, and its frames. */
import { openSound } from './audio/decode.ts';
import { measureSound } from './audio/measure.ts';
import { speechRate } from './audio/sound.ts';
import type { FilmFacts } from './byproducts.ts';
import { openTake } from './capture/track/take.ts';
import { openDriver } from './driver.ts';
import { countFrames, makeMotion } from './film-motion.ts';
import { type Fingerprint, fingerprintFilm } from './fingerprint.ts';
import type { Model } from './model/open.ts';
import { readMotion } from './motion-file/read.ts';
import { keepMotion } from './motion-out.ts';
import { type OptionValues, resolveOptions } from './options.ts';
import { renderFrames, type RenderFramesOptions } from './render/pool.ts';
import { channelsOf } from './render/renderer.ts';
import type { Report } from './report.ts';
import { type AnimateRequest, completeOptions, optionsOf, separateSound } from './request.ts';
import { openSession, type ReadyPortrait } from './session.ts';
import { blendMarks } from './watermark/blend.ts';
import { checkMark, drawMark } from './watermark/mark.ts';

export interface Show extends FilmFacts {
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
export async function openShow(request: AnimateRequest, report: Report, ffmpeg: Promise<string | undefined>): Promise<Show> {
  const wished = resolveOptions(optionsOf(request)).values;
  const { fps, threads, start: startSeconds, duration: durationSeconds } = wished;
  if (wished.watermark !== undefined) await checkMark(wished.watermark);
  const recorded = wished.motion === undefined ? undefined : await readMotion(wished.motion); // a bad file is told before anything is opened
  const giveUp = new AbortController();
  const signal = request.signal ? AbortSignal.any([request.signal, giveUp.signal]) : giveUp.signal;
  const session = request.session ?? openSession({ signal });
  const closeOwn = (): Promise<void> => (request.session ? Promise.resolve() : session.close());
  const opening = report.during('model', () => session.model(wished));
  opening.catch(() => {}); // awaited once the sound is read: the two go side by side
  try {
    const ffmpegPath = await ffmpeg;
    const take = wished.driving === undefined ? undefined : await openTake(wished.driving, { ffmpegPath, signal });
    const ownSound = separateSound(request, wished);
    const soundPath = ownSound ?? (take?.hasSound ? take.path : undefined);
    const sound = soundPath === undefined ? undefined : await openSound(soundPath, { ffmpegPath, startSeconds, durationSeconds, signal });
    const picture = await session.picture(request.portrait, wished);
    const measure = sound && (await report.during('sound', () => measureSound(sound, { fps, durationSeconds: wished.preview ? undefined : durationSeconds, signal })));
    report.warn([...picture.warnings, ...(measure?.warnings ?? [])]);

    const model = await opening;
    const { manifest, rig, device } = model;
    report.tell({ device: device.used, refused: device.refused });
    const { values, inUse } = completeOptions(optionsOf(request), manifest);
    report.tell({ options: inUse });

    const ready = await report.during('portrait', () => session.portrait(request.portrait, values, model));
    const { source, gapRow } = ready;
    const driver = await openDriver({ request, take, recorded, landmarks: ready.source.landmarks, values, model, session, report, signal });
    const filmSeconds = ownSound === undefined ? (driver?.durationSeconds ?? 0) : (measure?.durationSeconds ?? 0);
    report.warn(driver?.warningsFor(filmSeconds) ?? []);
    const mark = values.watermark === undefined ? undefined : await drawMark(values.watermark, source);
    report.warn(ready.warnings);

    const frames = countFrames(filmSeconds, fps);
    async function* draw(keep?: (motion: Float32Array) => Promise<void>): AsyncGenerator<Uint8Array> {
      const track = makeMotion({ sound, measure, driver, values, model, gapRow, frames, filmSeconds, report, signal });
      const drawing = { threads, fps, signal, fineness: values.preset, motionBlur: values.motionBlur === 'auto', restingFrames: values.loop ? frames : undefined, isAlwaysActive: driver?.followsLips, ...(request.session ? keepPrepared(ready) : {}) };
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


async function* noSamples(): AsyncGenerator<Float32Array> {}

/** For the next film of the session with this portrait. */
function keepPrepared(ready: ReadyPortrait): Pick<RenderFramesOptions, 'prepared' | 'onPrepared'> {
  return { prepared: ready.prepared, onPrepared: (prepared) => void (ready.prepared = prepared) };
}
