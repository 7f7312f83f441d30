/** Step 12: the background without the person. */
import { boxMean, fillUnknown } from '../drawing/filters.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';

/** Detail is carried on behind the silhouette up to this far, and is what is finer than `coarse`; face widths. */
const detailReach = 0.3;
/** It is taken from so far outside the known background's edge, where strands of hair are few; face widths. */
const detailGap = 0.06;
const coarse = 0.022;
/** Detail stronger than this many times the usual around it is a thing of its own (a strand, an earring), which would look doubled. */
const strongest = 1.2;
const usualRadius = 0.2;

/**
 * Three planes [height, width] of whole grey levels 0..255: what is known of the background, and a guess behind the person, or null where nothing is known.
 * alpha [height, width] person 0..1; planes [height, width] 0..255 each.
 */
export function buildPlate(alpha: Float32Array, planes: readonly Float32Array[], width: number, height: number, faceWidth: number): Float32Array[] | null {
  // Background is known where no person is near.
  const nearPerson = boxMean(alpha, width, height, Math.max(2, Math.round(faceWidth * 0.02)));
  const known = new Float32Array(alpha.length);
  let anyKnown = false;
  for (let i = 0; i < known.length; i++) {
    if (alpha[i] < 0.02) known[i] = 1 - smoothStep(0.01, 0.15, nearPerson[i]);
    anyKnown ||= known[i] > 0;
  }
  if (!anyKnown) return null;
  const plate = fillUnknown(planes, known, width, height);
  carryDetail(plate, planes, known, width, height, faceWidth);
  for (const plane of plate) for (let i = 0; i < plane.length; i++) plane[i] = clamp(Math.round(plane[i]), 0, 255);
  return plate;
}

/**
 * The smooth fill alone looks like fog beside a background with texture: the finer part of the picture is mirrored at the silhouette and laid over it.
 * The mirror is the way to the nearest known pixel, smoothed, so that single hairs do not scatter it.
 */
function carryDetail(plate: readonly Float32Array[], planes: readonly Float32Array[], known: Float32Array, width: number, height: number, faceWidth: number): void {
  const radius = Math.max(2, Math.round(coarse * faceWidth));
  const reach = detailReach * faceWidth;
  const gap = detailGap * faceWidth;
  const distance = boxMean(distanceToKnown(known, width, height), width, height, radius);
  const weight = boxMean(known, width, height, radius);
  const low = planes.map((plane) => {
    const sums = boxMean(plane.map((value, i) => value * known[i]), width, height, radius);
    return sums.map((sum, i) => (weight[i] > 1e-4 ? sum / weight[i] : 0));
  });
  const { usual, cell, columns } = measureDetail(planes, low, known, width, height, usualRadius * faceWidth);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      const depth = distance[i];
      if (known[i] >= 1 || depth >= reach) continue;
      const gx = distance[i + 1] - distance[i - 1];
      const gy = distance[i + width] - distance[i - width];
      const slope = Math.hypot(gx, gy);
      if (slope < 1e-3) continue;
      const mx = Math.round(x - (gx / slope) * (2 * depth + gap));
      const my = Math.round(y - (gy / slope) * (2 * depth + gap));
      if (mx < 0 || my < 0 || mx >= width || my >= height) continue;
      const from = my * width + mx;
      const share = known[from] * (1 - known[i]) * (1 - smoothStep(0.5 * reach, reach, depth)) * smoothStep(0.1, 0.6, weight[from]);
      if (share <= 0) continue;
      const limit = strongest * usual[Math.floor(my / cell) * columns + Math.floor(mx / cell)] + 0.5;
      for (let c = 0; c < plate.length; c++) plate[c][i] += share * limit * Math.tanh((planes[c][from] - low[c][from]) / limit);
    }
  }
}

/** How strong the detail planes - low usually is around each cell of `cell` x `cell` pixels, grey levels (root mean square of what is known within `radius` pixels). */
function measureDetail(planes: readonly Float32Array[], low: readonly Float32Array[], known: Float32Array, width: number, height: number, radius: number): { usual: Float32Array; cell: number; columns: number } {
  const cell = Math.ceil(Math.max(width, height) / 256);
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  const squares = new Float32Array(columns * rows);
  const counts = new Float32Array(columns * rows);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (known[i] === 0) continue;
      const at = Math.floor(y / cell) * columns + Math.floor(x / cell);
      counts[at] += known[i];
      for (let c = 0; c < planes.length; c++) squares[at] += (known[i] * Math.min(40, Math.abs(planes[c][i] - low[c][i])) ** 2) / planes.length;
    }
  }
  const around = Math.max(1, Math.round(radius / cell));
  const count = boxMean(counts, columns, rows, around);
  return { usual: boxMean(squares, columns, rows, around).map((sum, i) => Math.sqrt(Math.max(0, sum) / (count[i] || 1))), cell, columns };
}

/** [height, width] pixels to the nearest known pixel, by two chamfer passes (Borgefors 1986). */
function distanceToKnown(known: Float32Array, width: number, height: number): Float32Array {
  const far = width + height;
  const out = known.map((value) => (value > 0.5 ? 0 : far));
  for (const direction of [1, -1]) {
    for (let k = 0; k < out.length; k++) {
      const i = direction > 0 ? k : out.length - 1 - k;
      const x = i % width;
      const y = (i - x) / width;
      const back = direction > 0 ? x > 0 : x < width - 1;
      const forth = direction > 0 ? x < width - 1 : x > 0;
      const up = direction > 0 ? y > 0 : y < height - 1;
      let best = out[i];
      if (back) best = Math.min(best, out[i - direction] + 1);
      if (up) best = Math.min(best, out[i - direction * width] + 1);
      if (up && back) best = Math.min(best, out[i - direction * (width + 1)] + Math.SQRT2);
      if (up && forth) best = Math.min(best, out[i - direction * (width - 1)] + Math.SQRT2);
      out[i] = best;
    }
  }
  return out;
}
