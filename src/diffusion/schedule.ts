/** Noise levels of the sampling steps. */

export interface SigmaRange {
  /** Least noise, standard deviation in units of the normalised motion. */
  sigmaMin: number;
  /** Most noise: where sampling starts. */
  sigmaMax: number;
  /** How densely the steps lie near `sigmaMin`; 1 spaces them evenly. */
  rho: number;
}

/** Noise levels for `steps` steps, [steps + 1], strictly falling from `sigmaMax` through `sigmaMin` to 0: Karras et al. 2022 (arXiv:2206.00364), equation 5. */
export function karrasSigmas(steps: number, { sigmaMin, sigmaMax, rho }: SigmaRange): number[] {
  if (!Number.isInteger(steps) || steps < 1) throw new RangeError(`steps: expected a whole number of at least 1, got ${steps}`);
  if (!(sigmaMin > 0 && sigmaMin < sigmaMax && rho > 0)) throw new RangeError(`sigmas: expected 0 < sigmaMin < sigmaMax and rho > 0, got ${sigmaMin}, ${sigmaMax}, ${rho}`);
  const from = sigmaMax ** (1 / rho);
  const to = sigmaMin ** (1 / rho);
  const levels = Array.from({ length: steps }, (_, i) => (steps === 1 ? sigmaMax : (from + (i / (steps - 1)) * (to - from)) ** rho));
  return [...levels, 0];
}
