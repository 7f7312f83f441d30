/** Geometry in the plane on flat arrays of points [n, 2], and the normals of meshes. */

export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}

/** 0 at `from`, 1 at `to`, with level ends (Hermite). */
export function smoothStep(from: number, to: number, value: number): number {
  const t = clamp((value - from) / (to - from), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Distance from (x, y) to a closed polygon [n, 2]: positive inside, negative outside. */
export function signedDistance(polygon: ArrayLike<number>, x: number, y: number): number {
  const n = polygon.length / 2;
  let inside = false;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0, j = n - 1; i < n; j = i++) {
    const ax = polygon[j * 2];
    const ay = polygon[j * 2 + 1];
    const bx = polygon[i * 2];
    const by = polygon[i * 2 + 1];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    const dx = bx - ax;
    const dy = by - ay;
    const raw = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1);
    const t = raw < 0 ? 0 : raw > 1 ? 1 : raw;
    const ex = ax + t * dx - x;
    const ey = ay + t * dy - y;
    const squared = ex * ex + ey * ey;
    if (squared < best) best = squared;
  }
  return inside ? Math.sqrt(best) : -Math.sqrt(best);
}

/** Convex hull of points [n, 2], counter-clockwise with y up (Andrew's monotone chain). */
export function convexHull(points: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: points.length / 2 }, (_, i) => i).sort((a, b) => points[a * 2] - points[b * 2] || points[a * 2 + 1] - points[b * 2 + 1]);
  const half = (indices: readonly number[]): number[] => {
    const chain: number[] = [];
    for (const i of indices) {
      while (chain.length >= 2 && cross(points, chain[chain.length - 2], chain[chain.length - 1], i) <= 0) chain.pop();
      chain.push(i);
    }
    chain.pop();
    return chain;
  };
  const hull = [...half(order), ...half(order.reverse())];
  return Float64Array.from(hull.flatMap((i) => [points[i * 2], points[i * 2 + 1]]));
}

function cross(points: ArrayLike<number>, a: number, b: number, c: number): number {
  return (points[b * 2] - points[a * 2]) * (points[c * 2 + 1] - points[a * 2 + 1]) - (points[b * 2 + 1] - points[a * 2 + 1]) * (points[c * 2] - points[a * 2]);
}

/** Where each point of a chain [n, 2] lies along it, 0 at the first, 1 at the last, by arc length. */
export function chainParameters(chain: ArrayLike<number>): Float64Array {
  const n = chain.length / 2;
  const out = new Float64Array(n);
  for (let i = 1; i < n; i++) out[i] = out[i - 1] + Math.hypot(chain[i * 2] - chain[i * 2 - 2], chain[i * 2 + 1] - chain[i * 2 - 1]);
  const length = out[n - 1] || 1;
  for (let i = 0; i < n; i++) out[i] /= length;
  return out;
}

/** Linear interpolation of `values` (stride `stride`, offset `offset`) given at increasing `at`, held beyond the ends. */
export function interpolate(at: ArrayLike<number>, values: ArrayLike<number>, x: number, stride = 1, offset = 0): number {
  const n = at.length;
  if (x <= at[0]) return values[offset];
  if (x >= at[n - 1]) return values[(n - 1) * stride + offset];
  let low = 0;
  let high = n - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (at[middle] <= x) low = middle;
    else high = middle;
  }
  const t = (x - at[low]) / (at[high] - at[low] || 1);
  return values[low * stride + offset] * (1 - t) + values[high * stride + offset] * t;
}

/** Sums of the triangles' normals at each vertex (not of unit length); x right, y up, z to the viewer, from pixel positions (y down). */
export function sumNormals(triangles: Uint32Array, positions: Float32Array, normals: Float32Array): void {
  normals.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t] * 3;
    const b = triangles[t + 1] * 3;
    const c = triangles[t + 2] * 3;
    const ux = positions[b] - positions[a];
    const uy = positions[a + 1] - positions[b + 1];
    const uz = positions[b + 2] - positions[a + 2];
    const vx = positions[c] - positions[a];
    const vy = positions[a + 1] - positions[c + 1];
    const vz = positions[c + 2] - positions[a + 2];
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    normals[a] += nx;
    normals[a + 1] += ny;
    normals[a + 2] += nz;
    normals[b] += nx;
    normals[b + 1] += ny;
    normals[b + 2] += nz;
    normals[c] += nx;
    normals[c + 1] += ny;
    normals[c + 2] += nz;
  }
}
