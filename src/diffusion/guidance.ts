/** Classifier-free guidance: Ho, Salimans 2022 (arXiv:2207.12598). */
import { tensor, type Tensor } from '../tensor/tensor.ts';
import type { Denoise } from './samplers.ts';

/**
 * Denoises `x` [rows, frames, channels] at `sigma` in one call of the network: row 0 knows the condition, row 1, where there is one, does not.
 * Gives [rows, frames, channels].
 */
export type DenoiseRows = (x: Tensor, sigma: number) => Promise<Tensor>;

/**
 * A `Denoise` for one sample [1, ...] from `denoiseRows`: uncond + scale * (cond - uncond), equation 6 of the paper with scale = 1 + w.
 * Scale 1 needs no second row and runs none: half the work.
 */
export function withGuidance(denoiseRows: DenoiseRows, scale: number): Denoise {
  if (scale === 1) return denoiseRows;
  return async (x, sigma) => {
    const size = x.data.length;
    const twice = new Float32Array(2 * size);
    twice.set(x.data);
    twice.set(x.data, size);
    const { data } = await denoiseRows(tensor(twice, [2, ...x.shape.slice(1)]), sigma);
    const guided = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const conditional = data[i];
      const unconditional = data[size + i];
      guided[i] = unconditional + scale * (conditional - unconditional);
    }
    return tensor(guided, x.shape);
  };
}
