import { expect, test } from 'vitest';
import { holdsMore } from '../../../src/text-size.ts';

test('counts to the limit and no further', () => {
  expect(holdsMore('a,b,c', ',', 2)).toBe(false);
  expect(holdsMore('a,b,c,', ',', 2)).toBe(true);
  expect(holdsMore('', ',', 0)).toBe(false);
});
