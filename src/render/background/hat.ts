/** Step 12: a hat of which the mask knows the brim only. The crown would stand still while the brim moves: such a mask is of no use. */
import { clamp } from '../drawing/geometry.ts';

/** Face widths: crowns are this wide at most to either side, and this much of one has to be seen above the mask. */
const widest = 0.9;
const leastHeight = 0.15;
/** Colour steps, root of the sum of squares over three channels 0..255: within a crown, and at its sides. */
const evenStep = 26;
const sideStep = 48;
/** This share of the rows between mask and border has to show both sides of a crown, which stray by so many face widths at most. */
const leastShare = 0.75;
const straightness = 0.1;

/**
 * Whether a thing of one colour stands on the mask and reaches the picture's upper border, with a side to the left and to the right.
 * alpha [height, width] 0..1; planes 0..255 [height, width] each; centreX pixels: the face's middle.
 */
export function hasCutHat(alpha: Float32Array, planes: readonly Float32Array[], width: number, faceWidth: number, centreX: number): boolean {
  const centre = clamp(Math.round(centreX), 0, width - 1);
  let top = 0;
  while ((top + 1) * width < alpha.length && alpha[top * width + centre] < 0.5) top++;
  const rows = Math.floor(top - 0.04 * faceWidth);
  if (rows < leastHeight * faceWidth) return false;
  const core = Math.max(1, Math.round(0.12 * faceWidth));
  const reach = Math.round(widest * faceWidth);
  const colour = planes.map((plane) => {
    let sum = 0;
    for (let y = 0; y < rows; y++) sum += plane[y * width + centre] / rows;
    return sum;
  });
  const away = (x: number, y: number): number => Math.hypot(...planes.map((plane, c) => plane[y * width + clamp(x, 0, width - 1)] - colour[c]));
  const sides: number[][] = [[], []];
  for (let y = 0; y < rows; y++) {
    for (let x = centre - core; x <= centre + core; x += 2) if (away(x, y) > evenStep * 2) return false;
    const found = [-1, 1].map((direction) => {
      for (let k = core; k <= reach; k++) if (away(centre + direction * k, y) > sideStep && away(centre + direction * (k + 3), y) > sideStep) return k;
      return -1;
    });
    if (found.every((k) => k > 0)) found.forEach((k, side) => sides[side].push(k));
  }
  return sides.every((places) => places.length >= leastShare * rows && spreadOf(places) < straightness * faceWidth);
}

function spreadOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
