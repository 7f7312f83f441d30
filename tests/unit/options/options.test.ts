import { availableParallelism } from 'node:os';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { type AnimateOptions, flagOf, optionList, optionNames, readFlags, resolveOptions, resolveSwitches, variableOf, withPreset } from '../../../src/options.ts';

function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof AnimateError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('flags', () => {
  test.each([
    [{ steps: 'abc' }, '--steps: expected a whole number from 1 to 200, got "abc"'],
    [{ steps: '0' }, '--steps: expected a whole number from 1 to 200, got "0"'],
    [{ steps: '12.5' }, '--steps: expected a whole number from 1 to 200, got "12.5"'],
    [{ steps: '' }, '--steps: expected a whole number from 1 to 200, got ""'],
    [{ seed: '-1' }, '--seed: expected a whole number from 0 up, got "-1"'],
    [{ seed: '1e300' }, '--seed: expected a whole number from 0 up, got "1e300"'],
    [{ fps: '11.9' }, '--fps: expected a number from 12 to 60, got "11.9"'],
    [{ fps: '61' }, '--fps: expected a number from 12 to 60, got "61"'],
    [{ size: '63' }, '--size: expected a whole number from 64 to 4096, got "63"'],
    [{ crop: 'oval' }, '--crop: expected one of none, face, square, got "oval"'],
    [{ face: '0' }, '--face: expected a whole number from 1 to 100, got "0"'],
    [{ guidance: 'NaN' }, '--guidance: expected a number from 0 to 10, got "NaN"'],
    [{ expression: '2.1' }, '--expression: expected a number from 0 to 2, got "2.1"'],
    [{ headMotion: '-0.1' }, '--head-motion: expected a number from 0 to 2, got "-0.1"'],
    [{ start: '-1' }, '--start: expected seconds from 0 up, or h:mm:ss, got "-1"'],
    [{ start: '1:75' }, '--start: expected seconds from 0 up, or h:mm:ss, got "1:75"'],
    [{ duration: '0' }, '--duration: expected seconds above 0, or h:mm:ss, got "0"'],
    [{ codec: 'divx' }, '--codec: expected one of h264, h265, vp9, av1, prores, got "divx"'],
    [{ streamFormat: 'avi' }, '--stream-format: expected one of mp4, webm, mkv, got "avi"'],
    [{ crf: '52' }, '--crf: expected a whole number from 0 to 51, got "52"'],
    [{ device: 'gpu' }, '--device: expected one of auto, cpu, cuda, webgpu, coreml, dml, got "gpu"'],
    [{ threads: '0' }, '--threads: expected a whole number from 1 to 256, got "0"'],
    [{ speed: '0' }, '--speed: expected a number from 1 to 9, got "0"'],
    [{ blink: '61' }, '--blink: expected a number from 0 to 60, got "61"'],
    [{ gaze: 'away' }, '--gaze: expected camera, free, or degrees right and up like 10,-5, each from -30 to 30, got "away"'],
    [{ gaze: '10' }, '--gaze: expected camera, free, or degrees right and up like 10,-5, each from -30 to 30, got "10"'],
    [{ gaze: '31,0' }, '--gaze: expected camera, free, or degrees right and up like 10,-5, each from -30 to 30, got "31,0"'],
    [{ pose: '0,25,0' }, '--pose: expected degrees of pitch, yaw and roll like 0,8,0, each within 15, 20 and 15, got "0,25,0"'],
    [{ pose: '1,2' }, '--pose: expected degrees of pitch, yaw and roll like 0,8,0, each within 15, 20 and 15, got "1,2"'],
    [{ emotion: 'bored' }, '--emotion: expected one of neutral, happy, sad, angry, surprised, afraid, disgusted, with :0 to :1 behind it or nothing, got "bored"'],
    [{ emotion: 'happy:1.5' }, '--emotion: expected one of neutral, happy, sad, angry, surprised, afraid, disgusted, with :0 to :1 behind it or nothing, got "happy:1.5"'],
    [{ emotion: 'happy:' }, '--emotion: expected one of neutral, happy, sad, angry, surprised, afraid, disgusted, with :0 to :1 behind it or nothing, got "happy:"'],
    [{ preset: 'quick' }, '--preset: expected one of fast, balanced, best, got "quick"'],
    [{ background: 'whit' }, '--background: expected a colour like white, teal or #1a2b3c, got "whit"'],
    [{ output: '' }, '--output: expected a file name, got ""'],
    [{ motionOut: '' }, '--motion-out: expected a file name, got ""'],
    [{ model: ' ' }, '--model: expected the name or folder of a model, got " "'],
    [{ ffmpeg: '' }, '--ffmpeg: expected the path of a program, got ""'],
  ])('%j is refused in whole words', (flags, message) => {
    expect(messageOf(() => readFlags(flags))).toBe(`bad-option: ${message}`);
  });

  test('are read as values', () => {
    const flags = { seed: '7', fps: '30', size: '512', crop: 'face', expression: '.5', background: '#FFF', start: '1:05', duration: '0:01:00.5', json: true };
    expect(readFlags(flags)).toEqual({ seed: 7, fps: 30, size: 512, crop: 'face', expression: 0.5, background: '#fff', start: 65, duration: 60.5, json: true });
  });

  test.each([
    ['29.97', 30_000 / 1001],
    ['23.976', 24_000 / 1001],
    ['59.94', 60_000 / 1001],
    ['24', 24],
    ['12.5', 12.5],
  ])('--fps %s means exactly %d', (fps, exact) => {
    expect(readFlags({ fps }).fps).toBe(exact);
  });
});

describe('what is written loosely', () => {
  test.each([
    [{ gaze: ' 10, -5 ' }, { gaze: '10,-5' }],
    [{ gaze: 'Camera' }, { gaze: 'camera' }],
    [{ emotion: 'Happy : 0.5' }, { emotion: 'happy:0.5' }],
    [{ pose: '-6,+8.5,0' }, { pose: '-6,+8.5,0' }],
  ])('%o is read as %o', (flags, expected) => expect(readFlags(flags)).toEqual(expected));
});

describe('presets', () => {
  test('fast and best have steps of their own, balanced those of the model', () => {
    const manifest = { steps: 10, guidance: 2 };
    const steps = (['fast', 'balanced', 'best'] as const).map((preset) => withPreset(preset, manifest).steps as number);
    expect(steps[1]).toBe(10);
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
    expect(new Set(steps).size).toBe(3);
    expect(withPreset('best', manifest).guidance).toBe(2);
  });
});

describe('where a value comes from', () => {
  const environment = { ANIMATE_STEPS: '20', ANIMATE_HEAD_MOTION: '0.5' };
  const manifest = { steps: 15, guidance: 3 };

  test('a flag beats the variable, which beats the manifest, which beats the default', () => {
    const sourceOf = (given: AnimateOptions, name: string, around: object) => resolveOptions(given, around).inUse.find((option) => option.name === name);
    expect(sourceOf({ steps: 30 }, 'steps', { environment, manifest })).toEqual({ name: 'steps', value: 30, source: 'flag' });
    expect(sourceOf({}, 'steps', { environment, manifest })).toEqual({ name: 'steps', value: 20, source: 'environment' });
    expect(sourceOf({}, 'guidance', { environment, manifest })).toEqual({ name: 'guidance', value: 3, source: 'manifest' });
    expect(sourceOf({}, 'headMotion', { environment, manifest })).toEqual({ name: 'headMotion', value: 0.5, source: 'environment' });
    expect(sourceOf({}, 'expression', { environment, manifest })).toEqual({ name: 'expression', value: 1, source: 'default' });
  });

  test('an empty variable counts as none', () => {
    expect(resolveOptions({}, { environment: { ANIMATE_CRF: '' } }).values.crf).toBe(18);
  });

  test('a wrong variable is named in the message', () => {
    expect(messageOf(() => resolveOptions({}, { environment: { ANIMATE_FPS: 'fast' } }))).toBe('bad-option: ANIMATE_FPS: expected a number from 12 to 60, got "fast"');
  });

  test('a wrong value in a manifest is named in the message', () => {
    expect(messageOf(() => resolveOptions({}, { environment: {}, manifest: { steps: 0 } }))).toBe('bad-option: model.json: steps: expected a whole number from 1 to 200, got 0');
  });

  test('a preview changes defaults, and what is set beats it', () => {
    expect(resolveOptions({ preview: true }, { environment: {} }).values).toMatchObject({ duration: 2, preset: 'fast', size: undefined });
    expect(resolveOptions({ preview: true, duration: 3 }, { environment: { ANIMATE_PRESET: 'best' } }).values).toMatchObject({ duration: 3, preset: 'best' });
    expect(resolveOptions({}, { environment: { ANIMATE_PREVIEW: 'yes' } }).inUse.find(({ name }) => name === 'duration')).toEqual({ name: 'duration', value: 2, source: 'preview' });
    expect(resolveOptions({ preview: false }, { environment: { ANIMATE_PREVIEW: 'yes' } }).values.duration).toBeUndefined();
  });

  test('without anything given the defaults hold', () => {
    expect(resolveOptions({}, { environment: {} }).values).toEqual({
      ...{ output: undefined, preview: false, sheet: undefined, plot: undefined, fps: 25, size: undefined, start: 0, duration: undefined, crf: 18, codec: undefined, noSound: false, streamFormat: undefined },
      ...{ sign: undefined, key: undefined, noSign: false, watermark: undefined },
      ...{ crop: 'none', face: undefined, background: 'white', alpha: false },
      ...{ seed: 0, expression: 1, headMotion: 1, speed: 5, emotion: undefined, blink: 26, gaze: 'free', pose: '0,0,0', still: false, loop: false, motionBlur: 'auto', preset: 'balanced', steps: 10, guidance: 2, motion: undefined, motionOut: undefined },
      ...{ driving: undefined, drive: undefined, driveStrength: 1, driveMode: 'relative', driveFit: 'rest', neutral: 'auto', drivingFace: undefined },
      ...{ model: 'default', device: 'auto', threads: availableParallelism(), ffmpeg: undefined },
    });
  });

  test('switches are off unless a flag or a variable says otherwise', () => {
    expect(resolveSwitches({}, {})).toEqual({ dryRun: false, json: false, quiet: false, verbose: false });
    expect(resolveSwitches({ json: true }, { ANIMATE_QUIET: 'yes', ANIMATE_VERBOSE: '0' })).toEqual({ dryRun: false, json: true, quiet: true, verbose: false });
    expect(messageOf(() => resolveSwitches({}, { ANIMATE_JSON: 'maybe' }))).toBe('bad-option: ANIMATE_JSON: expected true or false, got "maybe"');
  });
});

describe('the library', () => {
  test('names properties, not flags, in its messages', () => {
    expect(messageOf(() => resolveOptions({ headMotion: 3 }, { environment: {} }))).toBe('bad-option: headMotion: expected a number from 0 to 2, got 3');
    expect(messageOf(() => resolveOptions({ fps: '25' }, { environment: {} }))).toBe('bad-option: fps: expected a number from 12 to 60, got "25"');
    expect(messageOf(() => resolveOptions({ face: null }, { environment: {} }))).toBe('bad-option: face: expected a whole number from 1 to 100, got null');
  });

  test('refuses names that are no option, those of the command line too', () => {
    expect(messageOf(() => resolveOptions({ colour: 'red' }, { environment: {} }))).toBe('bad-option: colour: no such option');
    expect(messageOf(() => resolveOptions({ json: true }, { environment: {} }))).toBe('bad-option: json: no such option');
  });

  test('has types from the list', () => {
    expectTypeOf<AnimateOptions['crop']>().toEqualTypeOf<'none' | 'face' | 'square' | undefined>();
    expectTypeOf<AnimateOptions['fps']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<AnimateOptions>().not.toHaveProperty('json');
    expectTypeOf(resolveOptions({}).values.steps).toEqualTypeOf<number>();
    expectTypeOf(resolveOptions({}).values.face).toEqualTypeOf<number | undefined>();
    expect(Object.hasOwn(optionList, 'crop')).toBe(true);
  });
});

test('every option has a flag and a variable of its own name', () => {
  for (const name of optionNames) expect(optionList[name].flags).toMatch(new RegExp(`(^|, )${flagOf(name)}( <|$)`));
  expect(variableOf('headMotion')).toBe('ANIMATE_HEAD_MOTION');
  expect(variableOf('ffmpeg')).toBe('ANIMATE_FFMPEG');
});
