import { describe, expect, test } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { channel, coefficientNames } from '../../../src/motion/channels.ts';
import { csvMotionText, parseCsvMotion } from '../../../src/motion-file/csv.ts';

// The header of a recording of the app: https://github.com/alexdjulin/LiveLinkFace-CSV-Retarget-For-Motionbuilder, csv/apfel.csv
const appHeader =
  'Timecode,BlendShapeCount,EyeBlinkLeft,EyeLookDownLeft,EyeLookInLeft,EyeLookOutLeft,EyeLookUpLeft,EyeSquintLeft,EyeWideLeft,EyeBlinkRight,EyeLookDownRight,EyeLookInRight,EyeLookOutRight,EyeLookUpRight,EyeSquintRight,EyeWideRight,JawForward,JawRight,JawLeft,JawOpen,MouthClose,MouthFunnel,MouthPucker,MouthRight,MouthLeft,MouthSmileLeft,MouthSmileRight,MouthFrownLeft,MouthFrownRight,MouthDimpleLeft,MouthDimpleRight,MouthStretchLeft,MouthStretchRight,MouthRollLower,MouthRollUpper,MouthShrugLower,MouthShrugUpper,MouthPressLeft,MouthPressRight,MouthLowerDownLeft,MouthLowerDownRight,MouthUpperUpLeft,MouthUpperUpRight,BrowDownLeft,BrowDownRight,BrowInnerUp,BrowOuterUpLeft,BrowOuterUpRight,CheekPuff,CheekSquintLeft,CheekSquintRight,NoseSneerLeft,NoseSneerRight,TongueOut,HeadYaw,HeadPitch,HeadRoll,LeftEyeYaw,LeftEyePitch,LeftEyeRoll,RightEyeYaw,RightEyePitch,RightEyeRoll';
const names = appHeader.split(',').slice(2);

/** A line of the app's layout; numbers not named are 0. */
const row = (timecode: string, values: Record<string, number | string> = {}, count = 61): string => [timecode, count, ...names.map((name) => values[name] ?? 0)].join(',');
const file = (...rows: string[]): string => [appHeader, ...rows].join('\n');
const parse = (text: string) => parseCsvMotion(text, 'take.csv');
const jaw = (text: string): number[] => parse(text).frames.map((motion) => Math.round(motion[channel.jawOpen] * 1e4) / 1e4);

describe('columns', () => {
  const text = csvMotionText(25);

  test("are Live Link Face's, then our own three", () => {
    expect(text.head).toBe(`${appHeader},HeadX,HeadY,HeadZ\n`);
    expect(names.slice(0, 52).map((name) => name.charAt(0).toLowerCase() + name.slice(1))).toEqual([...coefficientNames]);
  });

  test('signs and units: yaw to the left and roll as ours, pitch up, eyes to the right and down, in radians', () => {
    const motion = new Float32Array(58);
    Object.assign(motion, { [channel.headYaw]: 18, [channel.headPitch]: 9, [channel.headRoll]: -4.5, [channel.eyeLookOutLeft]: 0.5, [channel.eyeLookInRight]: 0.5, [channel.eyeLookUpLeft]: 1, [channel.eyeLookDownRight]: 1 });
    const cells = text.frame(motion, 30).trim().split(',');
    expect(cells.slice(0, 2)).toEqual(['00:00:01:12.000', '61']); // 30 / 25 s = 1 s and 12 of 60
    const degrees = cells.slice(54, 63).map((cell) => Math.round((Number(cell) * 180) / Math.PI * 1000) / 1000);
    expect(degrees).toEqual([18, -9, -4.5, -12, -15, 0, -12, 21, 0]);
  });

  test('are read by name: any order, capitals or not, others passed over, eyes and place not needed', () => {
    const header = [...names.filter((name) => !/Eye(Yaw|Pitch|Roll)$/.test(name)), 'Comment', 'TIMECODE'].reverse();
    const line = header.map((name) => ({ TIMECODE: '00:00:00:00.000', Comment: 'x', JawOpen: '0.25', HeadPitch: '0.1' })[name] ?? '0').join(',');
    const { frames } = parse(`${header.join(',').toLowerCase()}\n${line}`);
    expect(frames[0]?.[channel.jawOpen]).toBe(0.25);
    expect(frames[0]?.[channel.headPitch]).toBeCloseTo((-0.1 * 180) / Math.PI, 4);
  });

  test('a byte less or more does no harm: CRLF, spaces, quotes, empty lines at the end', () => {
    const text = file(row('00:00:00:00.000', { JawOpen: ' 0.5 ' }), row('00:00:00:01.000', { JawOpen: '"1e-1"' }));
    expect(jaw(`${text.replaceAll('\n', '\r\n')}\r\n\r\n  \n`)).toEqual([0.5, 0.1]);
  });

  test('slightly more than 1 is kept', () => expect(jaw(file(row('00:00:00:00.000', { JawOpen: 1.5 })))).toEqual([1.5]));
});

describe('time', () => {
  const times = (...codes: string[]): string => file(...codes.map((code, index) => row(code, { JawOpen: index / 1000 })));
  /** Codes of `count` rows at `fps`, numbered in `base`. */
  const codesAt = (fps: number, base: number, count: number, decimals = 3): string[] =>
    Array.from({ length: count }, (_, index) => {
      const seconds = Math.floor(index / fps + 1e-9);
      return `10:59:${String(58 + seconds).padStart(2, '0')}:${((index / fps - seconds) * base).toFixed(decimals).padStart(2, '0')}`;
    });

  test.each([
    [60, 60],
    [30, 60],
    [24, 60],
    [30, 30],
    [25, 25],
    [24, 24],
    [50, 50],
    [120, 120],
  ])('%d rows a second, numbered in %d, are seen as such', (fps, base) => {
    expect(parse(times(...codesAt(fps, base, Math.round(1.9 * fps)))).fps).toBe(fps);
  });

  test('whole numbers at 24 rows a second of 60 are jitter, not gaps', () => {
    const { fps, frames } = parse(times(...codesAt(24, 60, 40, 0)));
    expect(frames).toHaveLength(40);
    expect(fps).toBe(24);
  });

  // Rows of the recording named above.
  test('a recording of the app: every other of 60, and not quite in step', () => {
    const { fps, frames } = parse(times('12:21:59:56.595', '12:21:59:58.595', '12:22:00:00.595', '12:22:00:02.594', '12:22:00:04.594', '12:22:00:06.594'));
    expect([fps, frames.length]).toEqual([30, 6]);
  });

  // SMPTE ST 12-1: 30 numbers a second, 0 and 1 are left out at the start of each minute but every tenth.
  test('drop-frame codes count at 29.97', () => {
    const codes = Array.from({ length: 90 }, (_, index) => (index < 45 ? `00:00:${index < 15 ? `58:${15 + index}` : `59:${index - 15}`}` : `00:01:0${Math.floor((index - 43) / 30)}:${(index - 43) % 30}`));
    const { fps, frames } = parse(times(...codes));
    expect([fps, frames.length]).toEqual([30_000 / 1001, 90]);
  });

  test('midnight is passed', () => expect(parse(times('23:59:59:58', '23:59:59:59', '00:00:00:00', '00:00:00:01'))).toMatchObject({ fps: 60, frames: { length: 4 } }));

  test('missing rows are filled with straight lines', () => {
    expect(jaw(file(row('00:00:00:00'), row('00:00:00:01'), row('00:00:00:02', { JawOpen: 0.1 }), row('00:00:00:05', { JawOpen: 0.4 }), row('00:00:00:06', { JawOpen: 0.4 })))).toEqual([0, 0, 0.1, 0.2, 0.3, 0.4, 0.4]);
  });

  test('rows without a face, whole or cut short, are filled too; at the ends the nearest goes on', () => {
    const lost = (code: string): string => `${code},0`;
    expect(jaw(file(row('00:00:00:00', {}, 0), row('00:00:00:01', { JawOpen: 0.2 }), lost('00:00:00:02'), row('00:00:00:03', { JawOpen: 0.4 }), lost('00:00:00:04')))).toEqual([0.2, 0.2, 0.3, 0.4, 0.4]);
  });
});

describe('what is refused, in whole words', () => {
  const bad = (values: Record<string, number | string>): string => file(row('00:00:00:00'), row('00:00:00:01', values));
  const columnHint = 'Columns are named as Live Link Face names them: docs/motion-files.md.';
  const rowHint = 'Mend or remove that line. docs/motion-files.md describes the columns.';
  const timeHint = 'Rows must follow each other in time. Cut the file where the recording jumps.';
  const faceHint = 'Record again with the face in view of the camera.';
  test.each([
    ['an empty file', '', 'line 1: expected a column "Timecode", got none', columnHint],
    ['another table', 'a,b\n1,2', 'line 1: expected a column "Timecode", got none', columnHint],
    ['no tongue', file().replace(',TongueOut', ''), 'line 1: expected a column "TongueOut", got none', columnHint],
    ['no head', file().replace(',HeadPitch', ''), 'line 1: expected a column "HeadPitch", got none', columnHint],
    ['a column twice', `${file()},jawopen`, 'line 1: expected one column "JawOpen", got two', columnHint],
    ['only a header', file(), 'expected rows of motion after the header, got none', faceHint],
    ['no face at all', file(row('00:00:00:00', {}, 0)), 'expected rows of motion after the header, got 1 without a face (BlendShapeCount 0)', faceHint],
    ['text', bad({ JawOpen: 'wide' }), 'line 3, column 20 (JawOpen): expected a number from -0.5 to 1.5 (a blend shape), got "wide"', rowHint],
    ['nothing', bad({ JawOpen: '' }), 'line 3, column 20 (JawOpen): expected a number from -0.5 to 1.5 (a blend shape), got ""', rowHint],
    ['NaN', bad({ TongueOut: 'NaN' }), 'line 3, column 54 (TongueOut): expected a number from -0.5 to 1.5 (a blend shape), got "NaN"', rowHint],
    ['Infinity', bad({ EyeBlinkLeft: 'Infinity' }), 'line 3, column 3 (EyeBlinkLeft): expected a number from -0.5 to 1.5 (a blend shape), got "Infinity"', rowHint],
    ['too large a power', bad({ EyeBlinkLeft: '1e999' }), 'line 3, column 3 (EyeBlinkLeft): expected a number from -0.5 to 1.5 (a blend shape), got Infinity', rowHint],
    ['per cent', bad({ JawOpen: 37 }), 'line 3, column 20 (JawOpen): expected a number from -0.5 to 1.5 (a blend shape), got 37', rowHint],
    ['degrees', bad({ HeadYaw: 12 }), 'line 3, column 55 (HeadYaw): expected a number from -3.1416 to 3.1416 (radians), got 12', rowHint],
    ['a row cut short', file(row('00:00:00:00'), '00:00:00:01,61,0.5'), 'line 3: expected 63 cells, got 3', rowHint],
    ['an empty line between', file(row('00:00:00:00'), '', row('00:00:00:01')), 'line 3, column 1 (Timecode): expected a timecode hh:mm:ss:ff.fff, got ""', rowHint],
    ['seconds for a timecode', file(row('0.04')), 'line 2, column 1 (Timecode): expected a timecode hh:mm:ss:ff.fff, got "0.04"', rowHint],
    ['time that stands', file(row('00:00:00:01'), row('00:00:00:01')), 'line 3, Timecode: expected a later time than in the line before, got 0 s', timeHint],
    ['time that runs back', file(row('00:00:05:01'), row('00:00:02:01')), 'line 3, Timecode: expected a later time than in the line before, got -3 s', timeHint],
    ['a jump', file(row('00:00:00:00'), row('00:00:00:01'), row('00:00:00:02'), row('00:00:09:02')), 'line 5, Timecode: expected at most 1 s after the line before, got 9 s', timeHint],
    ['too many a second', file(row('00:00:00:00.000'), row('00:00:00:00.060'), row('00:00:00:00.120')), 'Timecode: expected at most 240 rows a second, got 1000', timeHint],
  ])('%s', (_, text, message, hint) => {
    const error = refusal(() => parse(text));
    expect({ code: error.code, message: error.message, hint: error.hint }).toEqual({ code: 'unreadable-input', message: `take.csv: ${message}`, hint });
  });
});

function refusal(work: () => unknown): AnimateError {
  try {
    work();
  } catch (error) {
    if (error instanceof AnimateError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
