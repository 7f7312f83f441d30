import { describe, expect, test } from 'vitest';
import { createProgress, type Spinner } from '../../../src/cli/progress.ts';

/** A progress whose clock the test turns. */
function progressAt(options: { spinner?: Spinner; isQuiet?: boolean; isVerbose?: boolean } = {}) {
  const watch = { seconds: 0 };
  const lines: string[] = [];
  const { spinner, isQuiet = false, isVerbose = false } = options;
  const progress = createProgress({ write: (text) => void lines.push(text), spinner, isQuiet, isVerbose, clock: () => watch.seconds });
  return { watch, lines, progress };
}

/** Notes what a spinner was told. */
function recordingSpinner() {
  const calls: string[] = [];
  const spinner = {
    start: () => void calls.push('start'),
    stop: () => void calls.push('stop'),
    set text(text: string) {
      calls.push(text);
    },
    get text() {
      return 'text';
    },
  };
  return { calls, spinner };
}

describe('without a terminal', () => {
  test('a line tells each stage as it begins, and how far it is every five seconds', () => {
    const { watch, lines, progress } = progressAt();
    progress.show({ stage: 'model' });
    progress.show({ stage: 'sound' });
    for (let done = 1; done <= 120; done++) {
      watch.seconds = done / 10;
      progress.show({ stage: 'frames', done, total: 240 });
    }
    expect(lines).toEqual([
      'opening the model\n',
      'listening to the sound\n',
      'drawing frames: 1 of 240\n',
      'drawing frames: 51 of 240, 10.0 frames/s, 19 s left\n',
      'drawing frames: 101 of 240, 10.0 frames/s, 14 s left\n',
    ]);
  });

  test('the last frame is always told', () => {
    const { watch, lines, progress } = progressAt();
    progress.show({ stage: 'frames', done: 0, total: 51 });
    watch.seconds = 8; // the first frame waits for the first clip of motion: that is no speed
    progress.show({ stage: 'frames', done: 1, total: 51 });
    watch.seconds = 10;
    progress.show({ stage: 'frames', done: 51, total: 51 });
    expect(lines).toEqual(['drawing frames: 0 of 51\n', 'drawing frames: 1 of 51\n', 'drawing frames: 51 of 51, 25.0 frames/s\n']);
  });

  test('motion that is made while frames are drawn says nothing', () => {
    const { lines, progress } = progressAt();
    progress.show({ stage: 'motion', done: 60, total: 240 });
    progress.show({ stage: 'frames', done: 1, total: 240 });
    progress.show({ stage: 'motion', done: 120, total: 240 });
    expect(lines).toEqual(['making motion: 60 of 240\n', 'drawing frames: 1 of 240\n']);
  });

  test('minutes are told as minutes', () => {
    const { watch, lines, progress } = progressAt();
    progress.show({ stage: 'frames', done: 1, total: 1001 });
    watch.seconds = 10;
    progress.show({ stage: 'frames', done: 101, total: 1001 });
    expect(lines.at(-1)).toBe('drawing frames: 101 of 1001, 10.0 frames/s, 1 min 30 s left\n');
  });
});

test('quiet says nothing, warnings included', () => {
  const { lines, progress } = progressAt({ isQuiet: true });
  progress.show({ stage: 'frames', done: 1, total: 2 });
  progress.show({ warning: 'the face is small' });
  expect(lines).toEqual([]);
});

test('warnings are lines', () => {
  const { lines, progress } = progressAt();
  progress.show({ warning: 'the face is small' });
  expect(lines).toEqual(['warning: the face is small\n']);
});

test('options, devices and ffmpeg are told only when asked for', () => {
  const tell = (isVerbose: boolean): string[] => {
    const { lines, progress } = progressAt({ isVerbose });
    progress.show({ options: [{ name: 'seed', value: 7, source: 'flag' }, { name: 'face', value: undefined, source: 'default' }] });
    progress.show({ device: 'cpu', refused: [{ device: 'cuda', reason: 'no device' }] });
    progress.show({ ffmpeg: { path: '/bin/ffmpeg', source: 'PATH', version: '5.1' } });
    return lines;
  };
  expect(tell(false)).toEqual([]);
  expect(tell(true)).toEqual([
    'option seed = 7 (flag)\n',
    'option face = (not set) (default)\n',
    'device cpu\n',
    'device cuda not used: no device\n',
    'ffmpeg 5.1 at /bin/ffmpeg (PATH)\n',
  ]);
});

test('on a terminal the spinner tells it, and steps aside for a warning', () => {
  const { calls, spinner } = recordingSpinner();
  const { lines, progress } = progressAt({ spinner });
  progress.show({ stage: 'model' });
  progress.show({ stage: 'frames', done: 3, total: 10 });
  progress.show({ warning: 'the face is small' });
  progress.stop();
  expect(calls).toEqual(['opening the model', 'start', 'drawing frames: 3 of 10', 'stop', 'start', 'stop']);
  expect(lines).toEqual(['warning: the face is small\n']);
});
