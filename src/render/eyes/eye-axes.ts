/** An eye's own axes: x along its corners (0 image left, 1 image right), v downwards, both in eye widths; and margins as curves v(x). */
import type { Margins } from '../drawing/face.ts';
import { interpolate } from '../drawing/geometry.ts';

/** A margin as v over x, [n] each, eye widths; x increases. */
export interface Curve {
  x: Float64Array;
  v: Float64Array;
}

/** Place along the corners, eye widths. (x, y) and `positions` [V, 3]: pixels of the picture. */
export function acrossEye({ upper, down, width }: Margins, positions: Float32Array, x: number, y: number): number {
  const o = upper[0] * 3;
  return ((x - positions[o]) * down[1] - (y - positions[o + 1]) * down[0]) / width;
}

/** Place below the line through the corners, eye widths. */
export function belowCorners({ upper, down, width }: Margins, positions: Float32Array, x: number, y: number): number {
  const o = upper[0] * 3;
  return ((x - positions[o]) * down[0] + (y - positions[o + 1]) * down[1]) / width;
}

export function createCurve(chain: Uint32Array): Curve {
  return { x: new Float64Array(chain.length), v: new Float64Array(chain.length) };
}

/** The margin `chain` at rest [V, 3] plus displacements [V, 3] (null: none), into `out`. */
export function traceMargin(margins: Margins, chain: Uint32Array, rest: Float32Array, displacements: Float32Array | null, out: Curve): Curve {
  for (let i = 0; i < chain.length; i++) {
    const at = chain[i] * 3;
    const x = rest[at] + (displacements ? displacements[at] : 0);
    const y = rest[at + 1] + (displacements ? displacements[at + 1] : 0);
    out.x[i] = acrossEye(margins, rest, x, y);
    out.v[i] = belowCorners(margins, rest, x, y);
    if (i > 0 && out.x[i] <= out.x[i - 1]) out.x[i] = out.x[i - 1] + 1e-6;
  }
  return out;
}

/** v of the curve at x, held beyond its ends. */
export function heightAt(curve: Curve, x: number): number {
  return interpolate(curve.x, curve.v, x);
}
