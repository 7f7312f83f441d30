/** Sums and products of tensors of one shape; always a new tensor. */
import type { Tensor } from './tensor.ts';

/** `a * scaleA + b * scaleB`, element by element. Shapes must agree. */
export function mix(a: Tensor, scaleA: number, b: Tensor, scaleB: number): Tensor {
  if (a.data.length !== b.data.length) throw new RangeError(`mix: [${a.shape.join(', ')}] and [${b.shape.join(', ')}] differ in size`);
  const data = new Float32Array(a.data.length);
  for (let i = 0; i < data.length; i++) data[i] = a.data[i] * scaleA + b.data[i] * scaleB;
  return { data, shape: a.shape };
}

/** `a + b * scale` */
export function addScaled(a: Tensor, b: Tensor, scale: number): Tensor {
  return mix(a, 1, b, scale);
}

/** `(a - b) / divisor` */
export function scaledDifference(a: Tensor, b: Tensor, divisor: number): Tensor {
  return mix(a, 1 / divisor, b, -1 / divisor);
}
