/** A dense array and its shape, the only thing that crosses the border to the networks. */

export interface Tensor {
  /** Row-major. Length equals the product of `shape`. */
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/** A network as a plain function: named inputs in, named outputs out. Never keeps or changes its inputs. */
export type RunNetwork = (inputs: Record<string, Tensor>) => Promise<Record<string, Tensor>>;

/** Wraps `data` with `shape`. Throws RangeError when the sizes disagree. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  if (size !== data.length) throw new RangeError(`tensor: shape [${shape.join(', ')}] needs ${size} values, got ${data.length}`);
  return { data, shape };
}
