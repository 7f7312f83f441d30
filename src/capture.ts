/** A take, somebody's face before any camera, becomes motion of our rig: read → follow the face → lay its landmarks aside → know the performer → solve each frame → smooth → bridge what was not seen. */
import { readFile } from 'node:fs/promises';
import { createSolver } from './capture/solve/solver.ts';
import { type Sample, solvePerformer } from './capture/solve/performer.ts';
import { readResponses, type Responses } from './capture/solve/responses.ts';
import { smoothMotion } from './capture/solve/smooth.ts';
import { openSpool, type Spool } from './capture/spool.ts';
import { createLossLog, leastUsableConfidence, type Loss } from './capture/track/losses.ts';
import type { Take } from './capture/track/take.ts';
import type { TrackedFrame } from './capture/track/track.ts';
import { trackTake } from './capture/track/track-take.ts';
import { AnimateError, throwIfCancelled } from './errors.ts';
import type { Pixels } from './face/pixels.ts';
import type { Model } from './model/open.ts';
import type { GapRow } from './motion/blend.ts';
import { bridgeGaps, type BridgedMotion, type SeenMotion } from './motion/bridge.ts';
import { channelCount } from './motion/channels.ts';
import { evenFrames, type TimedMotion } from './motion/even.ts';
import type { MotionTrack } from './motion/play.ts';
import type { OptionValues } from './options.ts';
import type { Report } from './report.ts';
import { lipGapRow } from './rig/lip-gap.ts';
import { readRig, type Rig } from './rig/rig.ts';

export type CaptureValues = Pick<OptionValues, 'driveMode' | 'neutral' | 'drivingFace'>;

/** A frame of a take as motion: its time counts from the first sample of the take's sound, without one from its first picture. */
export type CapturedFrame = BridgedMotion;

export interface CapturedTake {
  /** At the take's own rate. Beyond 1 where the performer goes beyond. */
  readonly track: MotionTrack;
  /** 0..1, of each frame of the track; 0 where no face was seen. */
  readonly confidences: readonly number[];
  /** When the face was not seen, and what was wrong with the file. */
  readonly warnings: readonly string[];
}

/** Looks on while a take is followed. */
export interface TakeWatcher {
  /** `frame` as it is tracked, and the landmarks [478, 3] found in it, pixels. */
  see(frame: Pixels, timeSeconds: number, landmarks: Float32Array | undefined): Promise<void>;
  /** After the last frame. */
  finish(): Promise<void>;
  /** Gives up. Does nothing after `finish`. */
  abort(): Promise<void>;
}

export interface CaptureContext {
  readonly model: Pick<Model, 'rig' | 'networks'>;
  readonly report?: Pick<Report, 'counting'> | undefined;
  readonly watcher?: TakeWatcher | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Frames that the performer is known from. */
const mostSamples = 360;
/** Frames about the moment that --neutral names. */
const neutralReachSeconds = 0.1;
/** Shorter absences are crossed and not told of. */
const toldSeconds = 0.3;
const mostTold = 8;

export async function captureTake(take: Take, values: CaptureValues, context: CaptureContext): Promise<CapturedTake> {
  const warnings: string[] = [];
  async function* withConfidence(): AsyncGenerator<TimedMotion> {
    for await (const { timeSeconds, motion, confidence } of captureFrames(take, values, context, (warning) => warnings.push(warning))) {
      yield { timeSeconds, motion: Float32Array.of(...motion, confidence) };
    }
  }
  const frames: Float32Array[] = [];
  const confidences: number[] = [];
  for await (const even of evenFrames(withConfidence(), take.fps)) {
    frames.push(even.slice(0, channelCount));
    confidences.push(even[channelCount]);
  }
  return { track: { fps: take.fps, frames, isCaptured: true }, confidences, warnings };
}

/** The frames of a take in their order, once all of it was seen: who performs is known from the whole. Throws `no-face` for a take without a face. */
export async function* captureFrames(take: Take, values: CaptureValues, { model, report, watcher, signal }: CaptureContext, warn: (warning: string) => void = () => {}): AsyncGenerator<CapturedFrame> {
  const { networks } = model;
  const onFrame = watcher && ((frame: Pixels, { timeSeconds, landmarks }: TrackedFrame) => watcher.see(frame, timeSeconds, landmarks));
  const detectors = { near: networks.faceDetectorNear, far: networks.faceDetectorFar, mesh: networks.faceMesh };
  const tracked = await trackTake(take, detectors, { drivingFace: values.drivingFace, onFrame, signal });
  const losses = createLossLog();
  const spool = await openSpool();
  try {
    const total = take.durationSeconds === undefined ? undefined : Math.round(take.durationSeconds * take.fps);
    for await (const frame of report ? report.counting('capture', tracked.frames, total) : tracked.frames) {
      losses.add(frame);
      await spool.add(frame);
    }
    await watcher?.finish();
    for (const warning of [...take.warnings, ...tracked.warnings, ...describeLosses(take.path, losses.list())]) warn(warning);
    const rig = readRig(model.rig);
    const solved = await solveSpool(spool, take, values, rig, signal);
    yield* bridgeGaps(smoothRuns(solved, lipGapRow(rig)));
  } finally {
    await watcher?.abort();
    await spool.remove();
  }
}

/** [58] What a single picture shows as absolute motion: pose against the camera, expression against the neutral rig. landmarks [478, 3], pixels. */
export async function solveStill(rigBytes: SharedArrayBuffer, landmarks: Float32Array): Promise<Float32Array> {
  const rig = readRig(rigBytes);
  const performer = solvePerformer(rig, [{ landmarks, confidence: 1 }]);
  return createSolver(rig, await loadResponses(), performer, { mode: 'absolute' }).solve(landmarks).motion.slice();
}

/** The motion of all frames: 58 numbers each, 5 kB a second. */
async function solveSpool(spool: Spool, take: Take, values: CaptureValues, rig: Rig, signal: AbortSignal | undefined): Promise<SeenMotion[]> {
  const samples = await sampleSpool(spool);
  const performer = solvePerformer(rig, samples, neutralOf(values.neutral, samples, take));
  const solver = createSolver(rig, await loadResponses(), performer, { mode: values.driveMode });
  const solved: SeenMotion[] = [];
  for await (const { timeSeconds, confidence, isCut, landmarks } of spool.frames()) {
    throwIfCancelled(signal);
    if (isCut) solver.restart();
    if (landmarks === undefined || confidence < leastUsableConfidence) {
      solved.push({ timeSeconds, motion: undefined, confidence: 0, isCut });
    } else {
      const { motion, confidence: explained } = solver.solve(landmarks);
      solved.push({ timeSeconds, motion: motion.slice(), confidence: Math.min(confidence, explained), isCut });
    }
  }
  return solved;
}

/** Each stretch in which the face is seen without a cut is smoothed for itself. */
function smoothRuns(frames: readonly SeenMotion[], gapRow: GapRow): SeenMotion[] {
  const runs: SeenMotion[][] = [];
  for (const frame of frames) {
    const isOther = frame.isCut || (frame.motion === undefined) !== (runs.at(-1)?.at(-1)?.motion === undefined);
    if (runs.length === 0 || isOther) runs.push([]);
    runs.at(-1)?.push(frame);
  }
  return runs.flatMap((run) => {
    const motions = run.flatMap(({ motion }) => (motion ? [motion] : []));
    const smooth = smoothMotion(motions, run.map(({ timeSeconds }) => timeSeconds), gapRow);
    return run.map((frame, index) => ({ ...frame, motion: smooth[index] }));
  });
}

function describeLosses(path: string, losses: readonly Loss[]): string[] {
  const told = losses.filter(({ startSeconds, endSeconds }) => endSeconds - startSeconds >= toldSeconds);
  if (told.length === 0) return [];
  const times = told.slice(0, mostTold).map(({ startSeconds, endSeconds }) => `${startSeconds.toFixed(1)} to ${endSeconds.toFixed(1)} s`).join(', ');
  const more = told.length > mostTold ? ` and ${told.length - mostTold} times more` : '';
  return [`${path}: no face seen from ${times}${more}; there the portrait comes to rest`];
}

/** How landmarks answer to coefficients. */
async function loadResponses(): Promise<Responses> {
  const bytes = await readFile(new URL('../assets/landmark-responses.bin', import.meta.url));
  return readResponses(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

interface TimedSample extends Sample {
  readonly timeSeconds: number;
}

/** Frames spread over the take. */
async function sampleSpool(spool: Spool): Promise<TimedSample[]> {
  const samples: TimedSample[] = [];
  for await (const { timeSeconds, confidence, landmarks } of spool.frames(Math.max(1, Math.ceil(spool.count / mostSamples)))) {
    if (landmarks) samples.push({ timeSeconds, confidence, landmarks: landmarks.slice() });
  }
  return samples;
}

/** The samples at the moment that --neutral names. */
function neutralOf(neutral: CaptureValues['neutral'], samples: readonly TimedSample[], { path }: Take): { neutral?: number[] } {
  if (neutral === 'auto') return {};
  const distance = (sample: TimedSample): number => Math.abs(sample.timeSeconds - neutral);
  const nearest = Math.min(...samples.map(distance));
  if (nearest > 1) throw new AnimateError('bad-option', `--neutral: expected a moment at which ${path} shows the face, got ${neutral} s (the nearest is ${nearest.toFixed(1)} s away)`);
  const reach = nearest + neutralReachSeconds;
  return { neutral: samples.flatMap((sample, index) => (distance(sample) <= reach ? [index] : [])) };
}
