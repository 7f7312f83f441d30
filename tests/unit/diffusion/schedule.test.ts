import fc from 'fast-check';
import { expect, test } from 'vitest';
import { karrasSigmas } from '../../../src/diffusion/schedule.ts';

const range = { sigmaMin: 0.02, sigmaMax: 8, rho: 5 };

test('starts at the most noise, ends at the least and then 0', () => {
  const sigmas = karrasSigmas(10, range);
  expect(sigmas).toHaveLength(11);
  expect(sigmas[0]).toBeCloseTo(8, 12);
  expect(sigmas[9]).toBeCloseTo(0.02, 12);
  expect(sigmas[10]).toBe(0);
});

test('gives the numbers of k-diffusion', () => {
  // Python, k_diffusion.sampling.get_sigmas_karras(4, 0.02, 8, rho=5): (8 ** .2 + i / 3 * (.02 ** .2 - 8 ** .2)) ** 5
  const expected = [8, 2.1268439194082185, 0.34891287125613096, 0.02];
  karrasSigmas(4, range).slice(0, 4).forEach((sigma, i) => expect(sigma).toBeCloseTo(expected[i] as number, 12));
});

test('falls strictly for any range and number of steps', () => {
  const anyRange = fc.record({ sigmaMin: fc.double({ min: 1e-4, max: 0.9, noNaN: true }), sigmaMax: fc.double({ min: 1, max: 100, noNaN: true }), rho: fc.double({ min: 1, max: 9, noNaN: true }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), anyRange, (steps, options) => {
      const sigmas = karrasSigmas(steps, options);
      return sigmas.length === steps + 1 && sigmas.every((sigma, i) => i === 0 || sigma < (sigmas[i - 1] as number));
    }),
  );
});

test('one step goes from the most noise to none', () => expect(karrasSigmas(1, range)).toEqual([8, 0]));

test.each([0, 1.5, -3])('refuses %s steps', (steps) => {
  expect(() => karrasSigmas(steps, range)).toThrow(`steps: expected a whole number of at least 1, got ${steps}`);
});

test('refuses a range upside down', () => {
  expect(() => karrasSigmas(4, { sigmaMin: 8, sigmaMax: 2, rho: 5 })).toThrow('expected 0 < sigmaMin < sigmaMax and rho > 0, got 8, 2, 5');
});
