import { describe, expect, test } from 'vitest';
import { karrasSigmas } from '../../../src/diffusion/schedule.ts';
import { type Denoise, type SamplerName, samplers } from '../../../src/diffusion/samplers.ts';
import { tensor } from '../../../src/tensor/tensor.ts';

// Data ~ N(mean, spread²): the ideal denoiser is (spread² x + sigma² mean) / (spread² + sigma²), and the ODE's exact end point for x at sigma is
// mean + (x - mean) sqrt(spread² + s²) / sqrt(spread² + sigma²) at a lower noise s (Karras et al. 2022, appendix B).
const mean = 0.3;
const spread = 0.5;
const ideal: Denoise = async (x, sigma) => tensor(x.data.map((value) => (spread ** 2 * value + sigma ** 2 * mean) / (spread ** 2 + sigma ** 2)), x.shape);
const sigmaMin = 0.02;
const sigmaMax = 8;
const start = 8.8;

async function endErrorAfter(name: SamplerName, steps: number): Promise<number> {
  // float32 tensors hide errors under 1e-6: the counts of steps keep well above
  const sigmas = karrasSigmas(steps, { sigmaMin, sigmaMax, rho: 5 });
  const end = await samplers[name](ideal, tensor(Float32Array.of(start), [1]), sigmas);
  const atSigmaMin = mean + ((start - mean) * Math.hypot(spread, sigmaMin)) / Math.hypot(spread, sigmaMax);
  const exact = await ideal(tensor(Float32Array.of(atSigmaMin), [1]), sigmaMin); // what every solver's last step, from sigmaMin to 0, gives
  return Math.abs((end.data[0] as number) - (exact.data[0] as number));
}

describe('on Gaussian data, whose end point is known', () => {
  test.each([
    ['euler', 1, 16, 128],
    ['heun', 2, 8, 32],
    ['dpmpp2m', 2, 16, 64],
  ] as const)('%s converges with order %s', async (name, order, coarse, fine) => {
    const ratio = (await endErrorAfter(name, coarse)) / (await endErrorAfter(name, fine));
    const measured = Math.log2(ratio) / Math.log2(fine / coarse);
    expect(measured).toBeGreaterThan(order - 0.15);
    expect(measured).toBeLessThan(order + 0.6);
  });

  test('ten steps of a second-order solver end nearer than ten of Euler', async () => {
    const euler = await endErrorAfter('euler', 10);
    expect(await endErrorAfter('heun', 10)).toBeLessThan(euler / 2);
    expect(await endErrorAfter('dpmpp2m', 10)).toBeLessThan(euler / 2);
  });
});

describe.each(Object.keys(samplers) as SamplerName[])('%s', (name) => {
  const sigmas = karrasSigmas(5, { sigmaMin: 0.02, sigmaMax: 8, rho: 5 });
  const noise = tensor(Float32Array.of(8, -4, 2, 0), [1, 2, 2]);

  test('finds a single point exactly, whatever the noise', async () => {
    const point = tensor(Float32Array.of(0.1, 0.2, -0.3, 0.4), [1, 2, 2]);
    const end = await samplers[name](async () => point, noise, sigmas);
    end.data.forEach((value, i) => expect(value).toBeCloseTo(point.data[i] as number, 5));
    expect(end.shape).toEqual([1, 2, 2]);
  });

  test('leaves the noise alone, reports each step, and stops when cancelled', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const onStep = ({ index, sigma }: { index: number; sigma: number }) => {
      expect(sigma).toBe(sigmas[index]);
      seen.push(index);
      if (index === 2) controller.abort(new Error('enough'));
    };
    await expect(samplers[name](ideal, noise, sigmas, { onStep, signal: controller.signal })).rejects.toThrow('enough');
    expect(seen).toEqual([0, 1, 2]);
    expect([...noise.data]).toEqual([8, -4, 2, 0]);
  });
});

test.each([
  ['euler', 5],
  ['heun', 9],
  ['dpmpp2m', 5],
] as const)('%s calls the denoiser %s times in five steps', async (name, expected) => {
  let calls = 0;
  const counting: Denoise = (x, sigma) => {
    calls++;
    return ideal(x, sigma);
  };
  await samplers[name](counting, tensor(Float32Array.of(1), [1]), karrasSigmas(5, { sigmaMin: 0.02, sigmaMax: 8, rho: 5 }));
  expect(calls).toBe(expected);
});
