import { expect, test } from 'vitest';
import { resolveOptions } from '../../../src/options.ts';
import { performanceControls } from '../../../src/performance-controls.ts';

const controlsOf = (given: Record<string, unknown>) => performanceControls(resolveOptions(given, { environment: {} }).values);

test('options become controls: defaults', () =>
  expect(controlsOf({})).toEqual({ seed: 0, expression: 1, headMotion: 1, speed: 5, blink: 26, still: false, gaze: 'free', emotion: undefined, pose: [0, 0, 0] }));

test.each([
  [{ gaze: 'camera' }, { gaze: 'camera' }],
  [{ gaze: '10,-5' }, { gaze: [10, -5] }],
  [{ pose: '-6,8.5,0' }, { pose: [-6, 8.5, 0] }],
  [{ emotion: 'sad:0.25' }, { emotion: { name: 'sad', strength: 0.25 } }],
  [{ emotion: 'angry' }, { emotion: { name: 'angry', strength: 0.7 } }],
])('%o → %o', (given, expected) => expect(controlsOf(given)).toMatchObject(expected));
