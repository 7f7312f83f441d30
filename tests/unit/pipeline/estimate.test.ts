import { expect, test } from 'vitest';
import { estimateFilm } from '../../../src/estimate.ts';
import { resolveOptions } from '../../../src/options.ts';

const values = resolveOptions({}, { environment: {} }).values;
const film = { width: 512, height: 512, facePixels: 200 * 260, durationSeconds: 5, values, cores: 2 };

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
