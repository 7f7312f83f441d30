import { expect, test } from 'vitest';
import { estimateFilm } from '../../../src/estimate.ts';
import { resolveOptions } from '../../../src/options.ts';

const values = resolveOptions({}, { environment: {} }).values;
const film = { width: 512, height: 512, facePixels: 200 * 260, durationSeconds: 5, values, output: { coding: 'h264', container: 'mp4' }, cores: 2 } as const;

test('more of anything takes longer, more cores less', () => {
  const { seconds } = estimateFilm(film);
  expect(seconds).toBeGreaterThan(2);
  expect(seconds).toBeLessThan(10);
  for (const more of [{ durationSeconds: 10 }, { facePixels: 300 * 400 }, { values: { ...values, steps: 20 } }, { values: { ...values, fps: 50 } }, { cores: 1 }]) expect(estimateFilm({ ...film, ...more }).seconds).toBeGreaterThan(seconds);
});

test('six steps of --crf halve the pictures', () => {
  const size = (crf: number): number => estimateFilm({ ...film, values: { ...values, crf } }).bytes;
  const sound = 5 * 12_000;
  expect((size(18) - sound) / (size(24) - sound)).toBeCloseTo(2, 3);
});

test('without sound, and into kinds that have none, no sound is counted', () => {
  const silent = estimateFilm({ ...film, values: { ...values, noSound: true } }).bytes;
  expect(estimateFilm(film).bytes - silent).toBe(5 * 12_000);
  expect(estimateFilm({ ...film, output: { coding: 'gif', container: 'gif' } }).bytes).toBe(estimateFilm({ ...film, output: { coding: 'gif', container: 'gif' }, values: { ...values, noSound: true } }).bytes);
});

test('what is coded without loss is larger, whatever --crf', () => {
  const pictures = { ...film, output: { coding: 'png', container: 'png' } } as const;
  expect(estimateFilm(pictures).bytes).toBeGreaterThan(50 * estimateFilm(film).bytes);
  expect(estimateFilm({ ...pictures, values: { ...values, crf: 40 } }).bytes).toBe(estimateFilm(pictures).bytes);
});
