import { expect, test } from 'vitest';
import { findLetter, shift } from '../../../src/watermark/letters.ts';

test('every printable sign of ASCII can be drawn', () => {
  const all = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  expect(all.filter((letter) => findLetter(letter) === undefined)).toEqual([]);
});

test.each(['ä', 'É', 'ñ', 'ç', 'ž', 'Å', 'ő', 'ß', 'ø', 'Œ', 'ł', '©', '·'])('%s too', (letter) => {
  expect(findLetter(letter)?.strokes).toMatch(/^M/);
});

test.each(['漢', 'א', '😀', '\n', 'ậ', 'constructor'])('%j cannot', (letter) => {
  expect(findLetter(letter)).toBeUndefined();
});

test('a mark goes over the middle of its letter, higher over capitals, and takes the dot of an i', () => {
  expect(findLetter('ö')?.strokes).toBe(`${findLetter('o')?.strokes}M1 -6.8V-6.7M2.8 -6.8V-6.7`);
  expect(findLetter('Ö')?.strokes).toBe(`${findLetter('O')?.strokes}M1.8 -8.8V-8.7M3.6 -8.8V-8.7`);
  expect(findLetter('ï')?.strokes.startsWith('M0 -5V0M-0.9')).toBe(true);
});

test('paths are moved, radii and flags of arcs stay', () => {
  expect(shift('M0 0L1 1H2V3C1 2 3 4 5 6A1.5 2 0 0 1 3 -4Z', 10, 100)).toBe('M10 100L11 101H12V103C11 102 13 104 15 106A1.5 2 0 0 1 13 96Z');
});
