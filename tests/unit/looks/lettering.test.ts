import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawText, measureText } from '../../../src/looks/lettering.ts';

test('a text is as wide as its letters and the rooms between them', () => {
  expect(measureText('', 20)).toBe(0);
  expect(measureText('0', 20)).toBe(12);
  expect(measureText('00', 20)).toBeCloseTo(2 * 12 + 2 * 2.2, 9);
});

test('a letter without strokes is a mistake of the program', () => {
  expect(() => drawText('Ü', { x: 0, y: 0, height: 10, colour: '#000' })).toThrow(new RangeError('lettering: no strokes for "Ü"'));
});

test.each(['start', 'middle', 'end'] as const)('ink lies where the anchor %s says, without any font', async (anchor) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40"><rect width="200" height="40" fill="#fff"/>${drawText('12.5 s', { x: 100, y: 30, height: 20, colour: '#000', anchor })}</svg>`;
  const { data } = await sharp(Buffer.from(svg)).greyscale().raw().toBuffer({ resolveWithObject: true });
  const dark = Array.from({ length: 200 }, (_, x) => x).filter((x) => Array.from({ length: 40 }, (_, y) => data[y * 200 + x]).some((value) => value < 128));
  const width = measureText('12.5 s', 20);
  const first = 100 - { start: 0, middle: width / 2, end: width }[anchor];
  expect(dark[0]).toBeGreaterThan(first - 3);
  expect(dark[0]).toBeLessThan(first + 5);
  expect(dark[dark.length - 1]).toBeGreaterThan(first + width - 5);
  expect(dark[dark.length - 1]).toBeLessThan(first + width + 3);
});
