/** What is written is read again, whatever is in it. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channelCount, coefficientCount } from '../../../src/motion/channels.ts';
import { type MotionTrack, playTrack } from '../../../src/motion/play.ts';
import { csvMotionText, parseCsvMotion } from '../../../src/motion-file/csv.ts';
import { jsonMotionText, parseJsonMotion } from '../../../src/motion-file/json.ts';
import { readMotion } from '../../../src/motion-file/read.ts';
import { createMotionWriter } from '../../../src/motion-file/write.ts';
import { collect } from '../../support/collect.ts';
import { largestDifference, wavingTrack } from '../../support/motion.ts';

const number = (least: number, greatest: number) => fc.double({ min: least, max: greatest, noNaN: true });
const motions = fc
  .tuple(fc.array(number(0, 1.5), { minLength: coefficientCount, maxLength: coefficientCount }), fc.array(number(-170, 170), { minLength: 3, maxLength: 3 }), fc.array(number(-9, 9), { minLength: 3, maxLength: 3 }))
  .map((parts) => Float32Array.from(parts.flat()));
const rates = fc.oneof(fc.constantFrom(12, 24_000 / 1001, 24, 25, 30_000 / 1001, 30, 50, 60_000 / 1001, 60, 120, 240), number(1, 240));
const tracks = fc.record({ fps: rates, frames: fc.array(motions, { minLength: 1, maxLength: 12 }) });

function write({ frames }: MotionTrack, text: ReturnType<typeof csvMotionText>): string {
  return text.head + frames.map((motion, index) => text.frame(motion, index)).join('') + text.tail();
}
const formats = [
  ['JSON', (track: MotionTrack) => parseJsonMotion(write(track, jsonMotionText(track.fps, { tool: 'test' })), 'a.json')],
  ['CSV', (track: MotionTrack) => parseCsvMotion(write(track, csvMotionText(track.fps)), 'a.csv')],
] as const;

test.each(formats)('%s gives random tracks back to 1e-4', (_, thereAndBack) => {
  fc.assert(fc.property(tracks, (track) => largestDifference(track.frames, thereAndBack(track).frames) < 1e-4), { numRuns: 60 });
});

test('JSON gives the rate back exactly', () => {
  fc.assert(fc.property(rates, (fps) => parseJsonMotion(write({ ...wavingTrack(fps, 1) }, jsonMotionText(fps, {})), 'a.json').fps === fps), { numRuns: 50 });
});

// Timecodes are rounded to 1/60000 s, and the nearest usual rate is taken where it fits to a quarter of a frame.
test('CSV gives any rate back so well that after 2 s rows are at most half a frame off', () => {
  fc.assert(
    fc.property(rates, (fps) => {
      const frames = Math.max(2, Math.round(2 * fps));
      const read = parseCsvMotion(write(wavingTrack(fps, frames), csvMotionText(fps)), 'a.csv');
      return read.frames.length === frames && Math.abs(read.fps / fps - 1) * frames < 0.5;
    }),
    { numRuns: 60 },
  );
});

test.each([12, 24_000 / 1001, 24, 25, 30_000 / 1001, 30, 48, 50, 60_000 / 1001, 60])('CSV gives the usual rate %d back exactly after 65 s', (fps) => {
  expect(parseCsvMotion(write(wavingTrack(fps, Math.round(65 * fps)), csvMotionText(fps)), 'a.csv').fps).toBe(fps);
});

test.each(formats)('what %s holds is drawn as it was drawn, at any rate of the film', async (_, thereAndBack) => {
  for (const fps of [12, 17.3, 24.03, 25, 30_000 / 1001, 60]) {
    const drawn = wavingTrack(fps, Math.ceil(2 * fps));
    const again = await collect(playTrack(thereAndBack(drawn), { fps, frames: drawn.frames.length, expression: 1, headMotion: 1 }));
    expect(largestDifference(drawn.frames, again)).toBeLessThan(1e-4);
  }
});

describe('files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'motion-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const writerFor = (name: string) => createMotionWriter({ path: join(folder, name), temporary: join(folder, `.${name}`), fps: 25, source: { tool: 'test' } });

  test.each(['a.json', 'a.csv', 'B.CSV'])('%s grows under its temporary name and is put in its place whole', async (name) => {
    const track = wavingTrack(25, 30);
    const writer = writerFor(name);
    for (const motion of track.frames) await writer.write(motion);
    expect(await readdir(folder)).toContain(`.${name}`);
    expect(await readdir(folder)).not.toContain(name);
    await writer.close();
    await writer.finish();
    await writer.abort(); // nothing to do any more
    const read = await readMotion(join(folder, name));
    expect(read.fps).toBe(25);
    expect(largestDifference(track.frames, read.frames)).toBeLessThan(1e-4);
    expect(await readdir(folder)).not.toContain(`.${name}`);
    await rm(join(folder, name));
  });

  test('giving up leaves nothing, and takes no frame that was on its way', async () => {
    const writer = writerFor('gone.json');
    await writer.write(new Float32Array(channelCount));
    await writer.abort();
    await writer.write(new Float32Array(channelCount));
    expect(await readdir(folder)).toEqual([]);
  });

  test('giving up before the first frame does nothing', async () => {
    await writerFor('never.json').abort();
    expect(await readdir(folder)).toEqual([]);
  });

  test('a file that cannot be written is told by its name', async () => {
    const writer = createMotionWriter({ path: '/nowhere/a.json', temporary: '/nowhere/.a.json', fps: 25, source: {} });
    await expect(writer.write(new Float32Array(channelCount))).rejects.toMatchObject({
      code: 'bad-option',
      message: '/nowhere/a.json: cannot be written (ENOENT)',
      hint: 'Make room on the disk, or give another file with --motion-out.',
    });
  });

  test('JSON says who made it, one line a frame, six decimals', async () => {
    const writer = writerFor('b.json');
    await writer.write(Float32Array.from({ length: channelCount }, (_, c) => (c === 0 ? 0.12345678 : c === 1 ? -1e-9 : 0)));
    await writer.close();
    const lines = (await readFile(join(folder, '.b.json'), 'utf8')).split('\n');
    await writer.abort();
    expect(lines[0]).toMatch(/^\{"format":"animate-motion","version":1,"fps":25,"source":\{"tool":"test"\},"channels":\["eyeBlinkLeft",.+"headZ"\],"frames":\[$/);
    expect(lines[1]).toBe(`[0.123457,${Array(channelCount - 1).fill('0').join(',')}]`);
    expect(lines.slice(2)).toEqual([']}', '']);
  });
});

test('the confidence of a capture is written, and passed over when the motion is played', () => {
  const json = jsonMotionText(25, {});
  const text = json.head + json.frame(new Float32Array(58), 0, 0.5) + json.frame(new Float32Array(58), 1, 0.98765) + json.tail();
  expect(JSON.parse(text).confidence).toEqual([0.5, 0.988]);
  expect(parseJsonMotion(text, 'a.json').frames).toHaveLength(2);
  expect(() => parseJsonMotion(text.replace('0.988', '"high"'), 'a.json')).toThrow('confidence[1]: expected a number from 0 to 1, got "high"');

  const csv = csvMotionText(25, true);
  const rows = csv.head + csv.frame(new Float32Array(58), 0, 0.25) + csv.tail();
  expect(rows.split('\n')[0]).toMatch(/,HeadZ,Confidence$/);
  expect(rows.split('\n')[1]).toMatch(/,0\.250000$/);
  expect(parseCsvMotion(rows, 'a.csv').frames).toHaveLength(1);
});
