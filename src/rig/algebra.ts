/** Small dense linear algebra: normal equations, rotations. */

/** Factors a symmetric positive definite [n, n] row-major matrix in place, L in its lower triangle, which alone is read (Cholesky; Golub & Van Loan, algorithm 4.2.1). */
export function factorCholesky(matrix: Float64Array, n: number): void {
  const rows = Array.from({ length: n }, (_, i) => matrix.subarray(i * n, (i + 1) * n));
  for (let i = 0; i < n; i++) {
    const row = rows[i];
    for (let j = 0; j <= i; j++) {
      const other = rows[j];
      let sum = row[j];
      for (let k = 0; k < j; k++) sum -= row[k] * other[k];
      row[j] = i === j ? Math.sqrt(Math.max(sum, 1e-30)) : sum / other[j];
    }
  }
}

/** Solves L Lᵀ x = right in place for a matrix from `factorCholesky`. */
export function substituteCholesky(matrix: Float64Array, right: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    let sum = right[i];
    for (let k = 0; k < i; k++) sum -= matrix[i * n + k] * right[k];
    right[i] = sum / matrix[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = right[i];
    for (let k = i + 1; k < n; k++) sum -= matrix[k * n + i] * right[k];
    right[i] = sum / matrix[i * n + i];
  }
}

/** Solves `matrix · x = right` for a symmetric positive definite matrix; overwrites both, the answer is in `right`. */
export function solveCholesky(matrix: Float64Array, right: Float64Array, n: number): void {
  factorCholesky(matrix, n);
  substituteCholesky(matrix, right, n);
}

const radians = Math.PI / 180;

/** R = Rz(roll) Ry(yaw) Rx(pitch) of docs/architecture.md's head frame, degrees, as a row-major [3, 3] written to `out`. */
export function rotationOf(pitch: number, yaw: number, roll: number, out: Float64Array = new Float64Array(9)): Float64Array {
  const cx = Math.cos(pitch * radians);
  const sx = Math.sin(pitch * radians);
  const cy = Math.cos(yaw * radians);
  const sy = Math.sin(yaw * radians);
  const cz = Math.cos(roll * radians);
  const sz = Math.sin(roll * radians);
  out[0] = cz * cy;
  out[1] = cz * sy * sx - sz * cx;
  out[2] = cz * sy * cx + sz * sx;
  out[3] = sz * cy;
  out[4] = sz * sy * sx + cz * cx;
  out[5] = sz * sy * cx - cz * sx;
  out[6] = -sy;
  out[7] = cy * sx;
  out[8] = cy * cx;
  return out;
}

/** Degrees of pitch, yaw, roll of a rotation matrix; the inverse of `rotationOf` for |yaw| < 90. */
export function anglesOf(r: Float64Array): { pitch: number; yaw: number; roll: number } {
  return {
    pitch: Math.atan2(r[7], r[8]) / radians,
    yaw: Math.asin(Math.max(-1, Math.min(1, -r[6]))) / radians,
    roll: Math.atan2(r[3], r[0]) / radians,
  };
}

/** The rotation exp([w]×) · R, Rodrigues' formula; w in radians. */
export function rotateBy(w: readonly [number, number, number], r: Float64Array): Float64Array {
  const angle = Math.hypot(w[0], w[1], w[2]);
  if (angle < 1e-12) return r.slice();
  const [x, y, z] = [w[0] / angle, w[1] / angle, w[2] / angle];
  const c = Math.cos(angle);
  const s = Math.sin(angle);
  const t = 1 - c;
  const e = [c + x * x * t, x * y * t - z * s, x * z * t + y * s, y * x * t + z * s, c + y * y * t, y * z * t - x * s, z * x * t - y * s, z * y * t + x * s, c + z * z * t];
  const out = new Float64Array(9);
  for (let i = 0; i < 3; i++) {
    for (let j = 0; j < 3; j++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += e[i * 3 + k] * r[k * 3 + j];
      out[i * 3 + j] = sum;
    }
  }
  return out;
}
