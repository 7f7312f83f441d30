/** When the face was lost, for the report. */
import type { TrackedFrame } from './track.ts';

export interface Loss {
  /** From the first frame without the face to the first with it again (or the end). */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

export interface LossLog {
  add(frame: Pick<TrackedFrame, 'timeSeconds' | 'landmarks' | 'confidence'>): void;
  /** All so far. The last one may still be open: it ends at the last frame. */
  list(): Loss[];
}

/** Below this confidence a face counts as lost. */
export const leastUsableConfidence = 0.3;
/** Shorter losses bridge themselves and are not told, seconds. */
const shortest = 0.1;

export function createLossLog(): LossLog {
  const closed: Loss[] = [];
  let start: number | undefined;
  let last = 0;
  const close = (endSeconds: number): Loss[] => (start !== undefined && endSeconds - start >= shortest ? [{ startSeconds: start, endSeconds }] : []);
  return {
    add({ timeSeconds, landmarks, confidence }) {
      last = timeSeconds;
      if (landmarks === undefined || confidence < leastUsableConfidence) start ??= timeSeconds;
      else if (start !== undefined) {
        closed.push(...close(timeSeconds));
        start = undefined;
      }
    },
    list: () => [...closed, ...close(last)],
  };
}
