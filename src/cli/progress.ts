/** Shows on stderr how far the film is: a spinner on a terminal, a line every few seconds elsewhere. */

import type { ProgressEvent, Stage, StageEvent } from '../events.ts';

export interface Progress {
  show(event: ProgressEvent): void;
  /** Clears the spinner. */
  stop(): void;
}

/** One line that is replaced by the next: ora's spinner, as far as it is used here. */
export interface Spinner {
  text: string;
  start(): unknown;
  stop(): unknown;
}

export interface ProgressOptions {
  /** Writes to stderr. */
  readonly write: (text: string) => void;
  /** Absent where stderr is no terminal. */
  readonly spinner?: Spinner | undefined;
  readonly isQuiet: boolean;
  readonly isVerbose: boolean;
  /** Seconds, from any start. */
  readonly clock?: () => number;
}

const secondsBetweenLines = 5;

const stageTexts: Record<Stage, string> = {
  model: 'opening the model',
  sound: 'listening to the sound',
  capture: 'following the face of the take',
  portrait: 'finding the face',
  motion: 'making motion',
  frames: 'drawing frames',
  film: 'finishing the film',
};

export function createProgress(options: ProgressOptions): Progress {
  const { write, spinner, isQuiet, isVerbose, clock = () => performance.now() / 1000 } = options;
  if (isQuiet) return { show: () => {}, stop: () => {} };

  const line = (text: string): void => {
    spinner?.stop(); // a line printed through a turning spinner would be overwritten
    write(`${text}\n`);
    if (spinner && spinner.text !== '') spinner.start();
  };
  let shown: Stage | undefined;
  let shownSeconds = Number.NEGATIVE_INFINITY;
  let firstFrame: { done: number; seconds: number } | undefined;

  const showStage = (event: StageEvent): void => {
    const now = clock();
    if (event.stage === 'frames' && event.done) firstFrame ??= { done: event.done, seconds: now }; // the wait for the first one says nothing about the rest
    if (event.stage === 'motion' && firstFrame) return; // motion is made clip by clip while frames are drawn; the frames tell more
    const text = describeStage(event, firstFrame, now);
    if (spinner) {
      spinner.text = text;
      if (shown === undefined) spinner.start();
    } else if (event.stage !== shown || now - shownSeconds >= secondsBetweenLines || (event.done !== undefined && event.done === event.total)) {
      write(`${text}\n`);
      shownSeconds = now;
    }
    shown = event.stage;
  };

  return {
    show(event) {
      if ('stage' in event) showStage(event);
      else if ('warning' in event) line(`warning: ${event.warning}`);
      else if (isVerbose) for (const text of describeDetails(event)) line(text);
    },
    stop: () => void spinner?.stop(),
  };
}

/** "drawing frames: 120 of 250, 21.3 frames/s, 6 s left" */
function describeStage(event: StageEvent, firstFrame: { done: number; seconds: number } | undefined, now: number): string {
  const { stage, done, total } = event;
  const parts: string[] = [];
  if (done !== undefined) parts.push(total === undefined ? String(done) : `${done} of ${total}`);
  if (stage === 'frames' && done !== undefined && firstFrame && done > firstFrame.done && now > firstFrame.seconds) {
    const rate = (done - firstFrame.done) / (now - firstFrame.seconds);
    parts.push(`${rate.toFixed(1)} frames/s`);
    if (total !== undefined && done < total) parts.push(`${describeSeconds((total - done) / rate)} left`);
  }
  return parts.length === 0 ? stageTexts[stage] : `${stageTexts[stage]}: ${parts.join(', ')}`;
}

/** 75 → "1 min 15 s" */
function describeSeconds(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

function describeDetails(event: Exclude<ProgressEvent, { stage: Stage } | { warning: string }>): string[] {
  if ('options' in event) return event.options.map(({ name, value, source }) => `option ${name} = ${value === undefined ? '(not set)' : value} (${source})`);
  if ('ffmpeg' in event) return [`ffmpeg ${event.ffmpeg.version} at ${event.ffmpeg.path} (${event.ffmpeg.source})`];
  return [`device ${event.device}`, ...event.refused.map(({ device, reason }) => `device ${device} not used: ${reason}`)];
}
