import sharp from 'sharp';
import { expect, test } from 'vitest';
import { openColumns } from '../../../src/looks/columns.ts';
import { mostColumns, plotCurves, type PlotData, plotSvg } from '../../../src/looks/plot.ts';
import { rasterise } from '../../../src/looks/raster.ts';

/** A film whose lips are open but for the frames that `isShut` names. */
function filmOf(frames: number, isShut: (frame: number) => boolean): PlotData {
  const store = openColumns(plotCurves, frames, mostColumns);
  for (let frame = 0; frame < frames; frame++) store.push(plotCurves.map((name) => (name === 'gap' ? (isShut(frame) ? 0 : 0.2) : name === 'yaw' ? -12 : 0.1)));
  const wave = { low: new Float32Array(mostColumns).fill(-0.5), high: new Float32Array(mostColumns).fill(0.5) };
  return { durationSeconds: frames / 25, frames, fps: 25, wave, curves: store.read() };
}

/** Where bars mark shut lips: [x, width] in pixels. */
function shutBars(svg: string): number[][] {
  const path = /<path d="([^"]*)" stroke="#c01030" stroke-width="5"\/>/.exec(svg)?.[1] ?? '';
  return [...path.matchAll(/M([\d.]+) [\d.]+h([\d.]+)/g)].map(([, x, width]) => [Number(x), Number(width)]);
}

test('shut lips are marked where and as long as they are shut', () => {
  // 4 s over 1492 pixels from 84 on: 14.92 pixels a frame. Frames 25 to 29 reach from half a frame before the first to half a frame behind the last.
  expect(shutBars(plotSvg(filmOf(100, (frame) => frame >= 25 && frame < 30)))).toEqual([[449.54, 74.6]]);
  expect(shutBars(plotSvg(filmOf(100, () => false)))).toEqual([]);
});

test('a single shut frame of five minutes is still marked', () => {
  expect(shutBars(plotSvg(filmOf(7460, (frame) => frame === 3730)))).toEqual([[84 + 1492 / 2, 1]]);
});

test('of an hour pauses are marked, and the drawing stays small', () => {
  // 60.3 frames a column: 10 s are four whole columns and parts of two.
  const svg = plotSvg(filmOf(90_000, (frame) => frame === 20_000 || (frame >= 45_000 && frame < 45_250)));
  expect(shutBars(svg)).toEqual([[84 + 1492 / 2, 4]]);
  expect(svg.length).toBeLessThan(400_000);
});

test.each([0.04, 0.5, 7.1, 59, 61, 3600, 20_000])('%d s of film have 3 to 20 times on their axis', (durationSeconds) => {
  const svg = plotSvg({ ...filmOf(50, () => false), durationSeconds });
  const labels = svg.match(/<g transform="translate\([\d.-]+ (\d+)\)[^\n]*/g)?.filter((text) => text.includes(' 941)')) ?? [];
  expect(labels.length).toBeGreaterThanOrEqual(3);
  expect(labels.length).toBeLessThanOrEqual(20);
});

test('a flat curve and silence make no number that is none', () => {
  const data = filmOf(1, () => true);
  const svg = plotSvg({ ...data, wave: { low: new Float32Array(3), high: new Float32Array(3) } });
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('as PNG it is as large as the drawing, and says what made it', async () => {
  const svg = plotSvg(filmOf(50, () => false));
  const { width, height, format, exif } = await sharp(await rasterise(svg, 'made by a test')).metadata();
  expect([format, width, height]).toEqual(['png', 1600, Number(/height="(\d+)"/.exec(svg)?.[1])]);
  expect(exif?.toString('latin1')).toContain('made by a test');
});
