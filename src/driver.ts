/** What moves the face in place of the sound, or beside it: motion from a file, from a take that somebody filmed, or from the caller. All go the same way. */
import type { CaptureContext } from './capture.ts';
import type { Take } from './capture/track/take.ts';
import { evenFrames, type TimedMotion } from './motion/even.ts';
import { type Part, partNames } from './motion/parts.ts';
import { type MotionTrack, playStream, playTrack } from './motion/play.ts';
import { readMotion } from './motion-file/read.ts';
import type { OptionValues } from './options.ts';
import type { Report } from './report.ts';
import { type AnimateRequest, separateSound, streamOf } from './request.ts';
import type { Session } from './session.ts';

type Values = Pick<OptionValues, 'drive' | 'driveFit' | 'driveStrength' | 'expression' | 'headMotion'>;

export interface Driver {
  /** What of the face it moves; the sound moves the rest. */
  readonly parts: ReadonlySet<Part>;
  readonly movesAll: boolean;
  /** Whether a performer's lips are followed, shut ones too: the portrait's own parted lips have nothing to say then. */
  readonly followsLips: boolean;
  /** Undefined where that is known only at the end. */
  readonly durationSeconds: number | undefined;
  /** What to tell about its length against the film's. */
  warningsFor(filmSeconds: number): string[];
  /** Motion vectors [58] to draw, `frames` of them at `fps`. */
  play(rate: { fps: number; frames: number }): AsyncGenerator<Float32Array>;
}

/** The file that --motion names. */
export async function driveByFile(path: string, values: Values): Promise<Driver> {
  return driveByTrack(path, await readMotion(path), partNames, values);
}

export interface OpenDriverOptions extends CaptureContext {
  readonly request: Pick<AnimateRequest, 'sound' | 'motion'>;
  /** The take that --driving names, opened. */
  readonly take: Take | undefined;
  /** What --motion names, read. */
  readonly recorded: MotionTrack | undefined;
  /** [478, 3] of the portrait, pixels: what the portrait shows already is not added to it. */
  readonly landmarks: Float32Array;
  readonly values: OptionValues;
  readonly session: Pick<Session, 'capture' | 'stillMotion'>;
  readonly report: Report;
}

/** What the options and the request ask for; undefined where the sound alone moves the face. */
export async function openDriver({ request, take, recorded, landmarks, values, model, session, report, signal }: OpenDriverOptions): Promise<Driver | undefined> {
  const stream = streamOf(request);
  if (stream) return driveByStream(stream, values);
  if (values.motion !== undefined && recorded) return driveByTrack(values.motion, recorded, partNames, values);
  if (take === undefined) return undefined;
  const { track: captured, warnings } = await session.capture(take, values, { model, report, signal });
  const track = values.driveMode === 'absolute' ? countFrom(captured, await session.stillMotion(landmarks, model)) : captured;
  report.warn(warnings);
  if (separateSound(request, values) !== undefined) return driveByTrack(take.path, track, besideSound, values);
  return driveByTrack(take.path, cutTrack(track, values), partNames, values);
}

/** Pose and expression against the camera and a neutral rig become what differs from those of the portrait, `own` [58]. */
function countFrom(track: MotionTrack, own: Float32Array): MotionTrack {
  return { ...track, frames: track.frames.map((motion) => motion.map((value, i) => value - own[i])) };
}

/** What a take moves when the words come from elsewhere. */
const besideSound = partNames.filter((part) => part !== 'lips');

/** The part of a take that --start and --duration leave of its sound. */
function cutTrack({ fps, frames, isCaptured }: MotionTrack, { start, duration }: Pick<OptionValues, 'start' | 'duration'>): MotionTrack {
  const first = Math.min(frames.length - 1, Math.round(start * fps));
  return { fps, isCaptured, frames: frames.slice(first, duration === undefined ? undefined : Math.max(first + 1, Math.round((start + duration) * fps))) };
}

/** Motion that is there as a whole. `name` stands in warnings; `parts` are moved when --drive does not say. */
export function driveByTrack(name: string, track: MotionTrack, parts: readonly Part[], values: Values): Driver {
  const { fps, frames } = track;
  const durationSeconds = frames.length / fps;
  return {
    ...partsOf(values, parts, track.isCaptured ?? false),
    durationSeconds,
    warningsFor: (filmSeconds) => compareLengths(name, track, filmSeconds, values.driveFit),
    play: (rate) => playTrack(track, { ...rate, ...shapingOf(values) }),
  };
}

/** Motion that comes frame by frame; it is drawn as it comes, and what follows its end is `rest` or `hold`. */
function driveByStream(source: AsyncIterable<TimedMotion>, values: Values): Driver {
  return {
    ...partsOf(values, partNames, true),
    durationSeconds: undefined,
    warningsFor: () => [],
    play: (rate) => playStream(evenFrames(source, rate.fps), { ...rate, ...shapingOf(values) }),
  };
}

function partsOf({ drive }: Values, usual: readonly Part[], isCaptured: boolean): Pick<Driver, 'parts' | 'movesAll' | 'followsLips'> {
  const parts = new Set(drive === undefined ? usual : (drive.split(',') as Part[]));
  // Whoever moves the lips moves what feelings do to them.
  return { parts, movesAll: partNames.every((part) => parts.has(part) || (part === 'affect' && parts.has('lips'))), followsLips: isCaptured && parts.has('lips') };
}

function shapingOf({ expression, headMotion, driveStrength: strength, driveFit: extension }: Values) {
  return { expression, headMotion, strength, extension };
}

const afterEnd = { rest: 'the face comes to rest', hold: 'the face stays as it is', loop: 'the motion begins again', mirror: 'the motion runs back and forth' } as const;

function compareLengths(name: string, { fps, frames }: MotionTrack, filmSeconds: number, fit: Values['driveFit']): string[] {
  const seconds = frames.length / fps;
  const frameSeconds = 1 / Math.min(fps, 25); // lengths are rounded up to whole frames
  const lengths = `holds ${seconds.toFixed(2)} s of motion for ${filmSeconds.toFixed(2)} s of sound`;
  if (seconds < filmSeconds - frameSeconds) return [`${name}: ${lengths}; after it ${afterEnd[fit]}`];
  if (seconds > filmSeconds + frameSeconds) return [`${name}: ${lengths}; the rest is left out`];
  return [];
}
