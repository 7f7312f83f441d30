/** Solvers of the probability-flow ODE dx/dsigma = (x - denoised) / sigma, from noise to a clean sample. Noise comes in with `x`: nothing here is random. */
import { addScaled, mix, scaledDifference } from '../tensor/arithmetic.ts';
import type { Tensor } from '../tensor/tensor.ts';

/** Predicts the clean sample under `x`, which carries noise of standard deviation `sigma`. Keeps the shape. */
export type Denoise = (x: Tensor, sigma: number) => Promise<Tensor>;

export interface SampleOptions {
  onStep?: (step: { index: number; sigma: number; denoised: Tensor }) => void;
  signal?: AbortSignal | undefined;
}

/** Takes `x` = noise times `sigmas[0]` down the falling levels `sigmas` [steps + 1], the last of which is 0. */
export type Sampler = (denoise: Denoise, x: Tensor, sigmas: readonly number[], options?: SampleOptions) => Promise<Tensor>;

/** Euler's steps, the same as DDIM (Song et al. 2020, arXiv:2010.02502, eta 0) in this parameterisation. One call of `denoise` a step. */
export const sampleEuler: Sampler = async (denoise, x, sigmas, { onStep, signal } = {}) => {
  for (const { index, sigma, next } of stepsOf(sigmas)) {
    signal?.throwIfAborted();
    const denoised = await denoise(x, sigma);
    onStep?.({ index, sigma, denoised });
    x = mix(x, next / sigma, denoised, 1 - next / sigma);
  }
  return x;
};

/** Heun's second-order steps: Karras et al. 2022 (arXiv:2206.00364), Algorithm 1. Two calls of `denoise` a step, one on the last. */
export const sampleHeun: Sampler = async (denoise, x, sigmas, { onStep, signal } = {}) => {
  for (const { index, sigma, next } of stepsOf(sigmas)) {
    signal?.throwIfAborted();
    const denoised = await denoise(x, sigma);
    onStep?.({ index, sigma, denoised });
    const slope = scaledDifference(x, denoised, sigma);
    const euler = addScaled(x, slope, next - sigma);
    if (next === 0) {
      x = euler;
    } else {
      const slopeThere = scaledDifference(euler, await denoise(euler, next), next);
      const halfStep = (next - sigma) / 2;
      x = addScaled(addScaled(x, slope, halfStep), slopeThere, halfStep);
    }
  }
  return x;
};

/**
 * DPM-Solver++(2M): Lu et al. 2022 (arXiv:2211.01095), Algorithm 2, with alpha = 1 and lambda = -log sigma. One call of `denoise` a step:
 * second order comes from the denoised sample of the step before. The first and the last step are of first order.
 */
export const sampleDpmpp2m: Sampler = async (denoise, x, sigmas, { onStep, signal } = {}) => {
  let before: { denoised: Tensor; stepLength: number } | undefined;
  for (const { index, sigma, next } of stepsOf(sigmas)) {
    signal?.throwIfAborted();
    const denoised = await denoise(x, sigma);
    onStep?.({ index, sigma, denoised });
    if (next === 0) return denoised;
    const stepLength = Math.log(sigma / next); // h of the paper
    let extrapolated = denoised;
    if (before) {
      const slope = stepLength / before.stepLength / 2; // 1 / (2 r)
      extrapolated = mix(denoised, 1 + slope, before.denoised, -slope);
    }
    x = mix(x, next / sigma, extrapolated, -Math.expm1(-stepLength));
    before = { denoised, stepLength };
  }
  return x;
};

export const samplers = { euler: sampleEuler, heun: sampleHeun, dpmpp2m: sampleDpmpp2m } satisfies Record<string, Sampler>;
export type SamplerName = keyof typeof samplers;

function* stepsOf(sigmas: readonly number[]): Generator<{ index: number; sigma: number; next: number }> {
  for (let index = 0; index + 1 < sigmas.length; index++) yield { index, sigma: sigmas[index], next: sigmas[index + 1] };
}
