/** From rows with timecodes to evenly spaced frames: the rate they have, and what stands where one is missing. */
import type { MotionTrack } from '../motion/play.ts';
import { median, type Timecode, timecodeBase, timesOf } from './timecode.ts';
import { cutHint, fastestFps, mostFrames, unreadable } from './values.ts';

export interface Row {
  /** In the file, the header is 1. */
  readonly line: number;
  readonly time: Timecode;
  /** Motion vector [58]; undefined where no face was seen. */
  readonly motion: Float32Array | undefined;
}

// A step from here on is a row that is missing, below it is jitter: whole frame numbers at 24 of 60 a second step 2 and 3.
const gapSteps = 1.75;
// Seconds that are filled with what lies between. A longer jump is another recording.
const longestGapSeconds = 1;
// Rates that cameras and films have.
const usualRates = [12, 15, 24_000 / 1001, 24, 25, 30_000 / 1001, 30, 48, 50, 60_000 / 1001, 60, 90, 120, 240];
const hint = 'Rows must follow each other in time. Cut the file where the recording jumps.';

/** Throws `unreadable-input` without any row with a face, and where rows jump. `path` is named in messages. */
export function spaceRows(rows: readonly Row[], path: string): MotionTrack {
  if (!rows.some(({ motion }) => motion)) {
    const got = rows.length === 0 ? 'none' : `${rows.length} without a face (BlendShapeCount 0)`;
    throw unreadable(path, `expected rows of motion after the header, got ${got}`, 'Record again with the face in view of the camera.');
  }
  const times = timesOf(rows.map(({ time }) => time));
  const steps = Array.from(times.subarray(1), (time, index) => time - times[index]);
  const backwards = steps.findIndex((step) => step <= 0);
  if (backwards >= 0) throw jump(path, rows[backwards + 1].line, 'a later time than in the line before', steps[backwards]);
  const fps = findRate(steps);
  if (fps > fastestFps * 1.001) throw unreadable(path, `Timecode: expected at most ${fastestFps} rows a second, got ${Math.round(fps)}`, hint);

  const frames: (Float32Array | undefined)[] = [rows[0].motion];
  for (let index = 1; index < rows.length; index++) {
    const step = steps[index - 1];
    const missing = isGap(step, fps) ? Math.round(step * fps) - 1 : 0;
    if (missing > 0 && step > longestGapSeconds) throw jump(path, rows[index].line, `at most ${longestGapSeconds} s after the line before`, step);
    for (let i = 0; i < missing; i++) frames.push(undefined);
    frames.push(rows[index].motion);
    if (frames.length > mostFrames) throw unreadable(path, `expected at most ${mostFrames} frames, got more with what lies between the rows`, cutHint);
  }
  return { fps, frames: fillGaps(frames) };
}

function jump(path: string, line: number, expected: string, step: number) {
  return unreadable(path, `line ${line}, Timecode: expected ${expected}, got ${Math.round(step * 1000) / 1000} s`, hint);
}

const isGap = (step: number, fps: number): boolean => step * fps > gapSteps;

/** Rows a second: the mean over all steps that are no gaps, and a usual rate where rows at that rate would end within a quarter of a frame. */
function findRate(steps: readonly number[]): number {
  if (steps.length === 0) return timecodeBase;
  const usualStep = median(steps);
  const whole = steps.filter((step) => !isGap(step, 1 / usualStep));
  const seconds = whole.reduce((sum, step) => sum + step, 0);
  const fps = whole.length / seconds;
  const usual = usualRates.reduce((best, rate) => (Math.abs(rate - fps) < Math.abs(best - fps) ? rate : best));
  return Math.abs(usual - fps) * seconds <= 0.25 && Math.abs(usual / fps - 1) < 0.005 ? usual : fps;
}

/** Straight lines between the frames that are known; the outermost ones go on. At least one is known. */
function fillGaps(frames: readonly (Float32Array | undefined)[]): Float32Array[] {
  const known = frames.flatMap((motion, index) => (motion ? [{ motion, index }] : []));
  let next = 0; // of `known`: the first that is not before the frame
  return frames.map((own, index) => {
    while (next < known.length && known[next].index < index) next++;
    if (own) return own;
    const [before, after] = [known[next - 1] ?? known[next], known[next] ?? known[next - 1]];
    const share = before === after ? 0 : (index - before.index) / (after.index - before.index);
    return before.motion.map((value, c) => value + (after.motion[c] - value) * share);
  });
}
