/** The motion of a take on its own: frame by frame for programs, and as a file to look at, to mend and to play with --motion. */
import { type CapturedFrame, captureFrames, captureTake } from './capture.ts';
import { openTake } from './capture/track/take.ts';
import { refuseAddress } from './local-path.ts';
import { motionEndings } from './motion-file/read.ts';
import { createMotionWriter } from './motion-file/write.ts';
import { type AnimateOptions, resolveOptions } from './options.ts';
import { openReport } from './report.ts';
import { type AnimateRequest, untilCancelled } from './request.ts';
import { openSession, type Session } from './session.ts';
import { drawTakeOverlay } from './take-overlay.ts';
import { version } from './version.ts';
import { temporaryBeside } from './video/leftovers.ts';
import { checkTarget } from './video/target.ts';

export interface CaptureOptions extends Pick<AnimateOptions, 'driveMode' | 'neutral' | 'drivingFace' | 'model' | 'device' | 'threads' | 'ffmpeg'>, Pick<AnimateRequest, 'signal' | 'onProgress' | 'session'> {}

export interface CaptureFileRequest extends CaptureOptions {
  /** Path of a video of somebody. */
  video: string;
  /** Where the motion goes: .json or .csv. */
  output: string;
  /** Where the take goes with the mesh of the face drawn on it: .mp4. */
  overlay?: string | undefined;
}

export interface CaptureFileResult {
  /** Absolute path of the motion file. */
  readonly path: string;
  /** Absolute path of the film with the mesh. */
  readonly overlay?: string;
  readonly frames: number;
  readonly fps: number;
  readonly durationSeconds: number;
  /** Mean over the frames, 0..1. */
  readonly confidence: number;
  readonly warnings: readonly string[];
}

/**
 * The motion of the face in `video`, frame by frame: what `animate({ motion })` takes. All of the take is looked at before the first frame comes, for who performs is known from the whole.
 * Throws AnimateError `unreadable-input` for what is no video, `no-face` where it shows none.
 */
export async function* capture(video: string, options: CaptureOptions = {}): AsyncGenerator<CapturedFrame> {
  refuseAddress(video, 'a video');
  const { take, values, context, close } = await openCapture(video, options);
  try {
    yield* captureFrames(take, values, context, (warning) => context.report.warn([warning]));
  } finally {
    await close();
  }
}

/** Writes the motion of a take, each frame with its confidence. The files appear when they are whole. */
export function captureFile({ video, output, overlay, ...options }: CaptureFileRequest): Promise<CaptureFileResult> {
  return untilCancelled(options.signal, async () => {
    refuseAddress(video, 'a video');
    const path = await checkTarget(output, [video], { flag: '--output', endings: motionEndings, example: 'take.json' });
    const film = overlay === undefined ? undefined : await checkTarget(overlay, [video], { flag: '--overlay', endings: ['.mp4'], example: 'check.mp4', film: path });
    const { take, values, context, ffmpegPath, close } = await openCapture(video, options);
    try {
      const { track, confidences, warnings } = await captureTake(take, values, { ...context, watcher: film === undefined ? undefined : drawTakeOverlay(take, { ffmpegPath, output: film, signal: options.signal }) });
      context.report.warn(warnings);
      const { fps, frames } = track;
      const writer = createMotionWriter({ path, temporary: temporaryBeside(path), fps, source: { tool: 'animate-portrait', version }, hasConfidence: true, flag: '--output' });
      try {
        for (const [index, motion] of frames.entries()) await writer.write(motion, confidences[index]);
        await writer.close();
        await writer.finish();
      } finally {
        await writer.abort();
      }
      const confidence = confidences.reduce((sum, value) => sum + value / frames.length, 0);
      return { path, ...(film === undefined ? {} : { overlay: film }), frames: frames.length, fps, durationSeconds: frames.length / fps, confidence, warnings: context.report.warnings };
    } finally {
      await close();
    }
  });
}

async function openCapture(video: string, { signal, onProgress, session: shared, ...options }: CaptureOptions) {
  const report = openReport(onProgress);
  const { values } = resolveOptions({ ...options });
  const session: Session = shared ?? openSession({ signal });
  const close = (): Promise<void> => (shared ? Promise.resolve() : session.close());
  try {
    const { path: ffmpegPath } = await session.ffmpeg(values.ffmpeg);
    const take = await openTake(video, { ffmpegPath, signal });
    const model = await report.during('model', () => session.model(values));
    return { take, values, context: { model, report, signal }, ffmpegPath, close };
  } catch (error) {
    await close();
    throw error;
  }
}
