/** Step 6: lips that are open in the picture: pixels along their edges are half teeth or half dark, and must not be drawn out over the lips when they speak. */
import { lumaOf } from '../drawing/luma.ts';
import { chainPoints, type Face, nearestOf } from '../drawing/face.ts';
import { chainParameters, clamp, interpolate, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';

/** Distance from the seam (decimetres) over which sources are moved at least, and by how many pixels at least at an open seam. */
const leastReach = 0.03;
const leastInset = 1.6;
/** Sources move no further than this share of the lip's height, nor than this many decimetres. */
const heightShare = 0.55;
const largestInset = 0.05;
/** A pixel belongs to the lip while it differs from it by less than this share of its luma, in luma or in colour. */
const lumaTolerance = 0.2;
const colourTolerance = 0.16;

/** Fills the face's list of seam vertices and their insets. rgb [height, width, 3]. */
export function measureSeamInsets(face: Face, head: Head, rgb: Uint8Array, width: number, height: number): void {
  const { rig, rest, template, scale } = head;
  const vertices: number[] = [];
  const inset: number[] = [];
  for (const side of [1, 2] as const) {
    const [seam, other, outer] = side === 1 ? [rig.upperLipSeam, rig.lowerLipSeam, rig.upperLipOuter] : [rig.lowerLipSeam, rig.upperLipSeam, rig.lowerLipOuter];
    const seamAt = chainParameters(chainPoints(rest, seam));
    const [points, outerPoints] = [chainPoints(rest, other), chainPoints(rest, outer)];
    const [at, outerAt] = [chainParameters(points), chainParameters(outerPoints)];
    const shifts = Array.from(seam, (v, k) => {
      const [x, y] = [rest[v * 3], rest[v * 3 + 1]];
      const [dx, dy] = [x - interpolate(at, points, seamAt[k], 2, 0), y - interpolate(at, points, seamAt[k], 2, 1)];
      const gap = Math.hypot(dx, dy);
      if (gap < 1) return [0, 0, 0];
      const lip = Math.hypot(interpolate(outerAt, outerPoints, seamAt[k], 2, 0) - x, interpolate(outerAt, outerPoints, seamAt[k], 2, 1) - y);
      const clean = cleanDistance(rgb, width, height, x, y, dx / gap, dy / gap, lip, scale);
      return [dx / gap, dy / gap, Math.max(leastInset, clean) * smoothStep(1, 4, gap)];
    });
    const amounts = shifts.map((_, k) => {
      const near = shifts.slice(Math.max(0, k - 1), k + 2).map((shift) => shift[2]);
      return 0.5 * Math.max(...near) + (0.5 * near.reduce((sum, value) => sum + value, 0)) / near.length;
    });
    for (let v = 0; v < rig.vertexCount; v++) {
      if (rig.lipSide[v] !== side || !head.isSkin[v]) continue;
      const { index, distance } = nearestOf(template, seam, v);
      const reach = Math.max(leastReach, (1.8 * amounts[index]) / scale);
      if (distance >= reach || shifts[index][2] === 0) continue;
      const amount = amounts[index] * (1 - distance / reach);
      vertices.push(v);
      inset.push(shifts[index][0] * amount, shifts[index][1] * amount);
    }
  }
  face.seamVertices = Uint32Array.from(vertices);
  face.seamInset = Float32Array.from(inset);
}

/** How far from (x, y) along the unit vector (dx, dy) the picture's lip begins: pixels. `lip`: height of the lip there, pixels. */
function cleanDistance(rgb: Uint8Array, width: number, height: number, x: number, y: number, dx: number, dy: number, lip: number, scale: number): number {
  const colourAt = (distance: number): number[] => {
    const px = clamp(Math.floor(x + dx * distance), 0, width - 1);
    const py = clamp(Math.floor(y + dy * distance), 0, height - 1);
    const p = (py * width + px) * 3;
    return [rgb[p], rgb[p + 1], rgb[p + 2]];
  };
  const levelOf = (colour: readonly number[]): number => Math.max(8, lumaOf(colour));
  const lipColours = [0.4, 0.5, 0.6, 0.7].map((share) => colourAt(share * lip)).sort((a, b) => levelOf(a) - levelOf(b));
  const own = lipColours[1].map((value, c) => (value + lipColours[2][c]) / 2);
  const ownLuma = levelOf(own);
  const isLip = (distance: number): boolean => {
    const colour = colourAt(distance);
    const grey = levelOf(colour);
    const redness = (colour[0] - colour[1]) / grey - (own[0] - own[1]) / ownLuma;
    return Math.abs(grey - ownLuma) < lumaTolerance * ownLuma && Math.abs(redness) < colourTolerance;
  };
  const most = Math.min(heightShare * lip, largestInset * scale);
  let distance = 0;
  while (distance < most && !(isLip(distance) && isLip(distance + 1))) distance += 0.5;
  return distance > 0 ? Math.min(most, distance + 0.8) : 0;
}
