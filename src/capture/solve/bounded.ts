/** Quadratic programmes with bounds: small, dense, solved again and again from nearby starts. */

const mostSweeps = 80;
const settled = 2e-4;

/**
 * Minimises ½ xᵀ H x - bᵀ x with low ≤ x ≤ high, by cyclic coordinate descent from the x given (projected Gauss-Seidel; Cottle, Pang and Stone 1992, section 5.2).
 * hessian [n, n] symmetric, positive diagonal; linear [n]; x [n] is overwritten.
 */
export function minimiseBounded(hessian: Float64Array, linear: Float64Array, low: Float64Array, high: Float64Array, x: Float64Array): void {
  const n = x.length;
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let largest = 0;
    for (let a = 0; a < n; a++) {
      const row = a * n;
      let slope = linear[a];
      for (let b = 0; b < n; b++) slope -= hessian[row + b] * x[b];
      const value = Math.min(high[a], Math.max(low[a], x[a] + slope / hessian[row + a]));
      largest = Math.max(largest, Math.abs(value - x[a]));
      x[a] = value;
    }
    if (largest < settled) break;
  }
}
