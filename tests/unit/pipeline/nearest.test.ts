import { expect, test } from 'vitest';
import { countEdits, nearest } from '../../../src/nearest.ts';

// kitten → sitting: the example of https://en.wikipedia.org/wiki/Levenshtein_distance
test.each([
  ['kitten', 'sitting', 3],
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['defualt', 'default', 1],
  ['ca', 'abc', 3], // optimal string alignment; 2 with unrestricted swaps
])('%s → %s takes %i changes', (a, b, edits) => {
  expect(countEdits(a, b)).toBe(edits);
});

test.each([
  ['defalt', 'default'],
  ['Singer', 'singer'],
  ['speeker', 'speaker'],
  ['xyz', undefined],
])('%s may mean %s', (wished, name) => {
  expect(nearest(wished, ['default', 'singer', 'speaker'])).toBe(name);
});
