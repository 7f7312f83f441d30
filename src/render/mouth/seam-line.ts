/**
 * The dark line where lips meet in the picture belongs to the gap, not to the lips: as they part, their edges take their colour from beside it.
 */
import { chainPoints, type Face, faceChannels, nearestOf } from '../drawing/face.ts';
import { chainParameters, clamp, interpolate, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import { faceLuma } from '../skin/light.ts';
import { type LipContact, pointOnChain } from './lips.ts';

export interface SeamLine {
  /** [n] lip vertices near the seam, their places along it 0..1, and how far [n, 2] pixels their source moves */
  vertices: Uint32Array;
  places: Float32Array;
  shifts: Float32Array;
}

/** The line is looked for within this share of the face's width on either side, and never taken for wider than this share of the lip. */
const searched = 0.035;
const mostOfLip = 0.4;
/** The line ends where this much of its difference is gone; fainter ones (grey levels) are none. */
const recovered = 0.75;
const faintest = 5;
/** Gaps of the picture (pixels) at which its lips begin to be apart, and surely are. */
const apartFrom = 1;
const apartTo = 3;
/** Gaps over the face's width at which the line begins to leave the lips and has left them. */
const partedFrom = 0.004;
const partedTo = 0.03;
/** A little of the line stays: lips roll inwards there. */
const mostCleared = 0.8;
const probeAt = Float64Array.from({ length: 21 }, (_, k) => 0.1 + 0.8 * (k / 20));

export function buildSeamLine(head: Head, face: Face, { restGap }: LipContact, { width, height, rgb }: { width: number; height: number; rgb: Uint8Array }): SeamLine {
  const { rig, rest, template, faceWidth } = head;
  const luma = faceLuma(head, rgb, width, height);
  const at = (x: number, y: number): number => luma.plane[clamp(Math.floor(y) - luma.y, 0, luma.h - 1) * luma.w + clamp(Math.floor(x) - luma.x, 0, luma.w - 1)];
  const vertices: number[] = [];
  const places: number[] = [];
  const shifts: number[] = [];
  for (const side of [1, 2] as const) {
    const [seam, outer] = side === 1 ? [rig.upperLipSeam, rig.upperLipOuter] : [rig.lowerLipSeam, rig.lowerLipOuter];
    const seamAt = chainParameters(chainPoints(rest, seam));
    const outerPoints = chainPoints(rest, outer);
    const outerAt = chainParameters(outerPoints);
    const point = new Float64Array(3);
    /** The lip at place t: its seam and the way to its border. */
    const across = (t: number): { x: number; y: number; dx: number; dy: number; thickness: number } => {
      pointOnChain(seam, seamAt, t, rest, point);
      const dx = interpolate(outerAt, outerPoints, t, 2, 0) - point[0];
      const dy = interpolate(outerAt, outerPoints, t, 2, 1) - point[1];
      const thickness = Math.hypot(dx, dy) || 1;
      return { x: point[0], y: point[1], dx: dx / thickness, dy: dy / thickness, thickness };
    };
    const widths: number[] = [];
    for (let k = 0; k < probeAt.length; k++) {
      const lip = across(probeAt[k]);
      widths.push(lineWidth((d) => at(lip.x + d * lip.dx, lip.y + d * lip.dy), Math.min(searched * faceWidth, 0.8 * lip.thickness)));
    }
    const typical = widths.slice().sort((a, b) => a - b)[Math.floor(probeAt.length * 0.6)];
    const local = widths.map((_, k) => clamp(middleOf(widths.slice(Math.max(0, k - 2), k + 3)), 0.6 * typical, 1.6 * typical));
    for (let v = 0; v < rig.vertexCount; v++) {
      if (rig.lipSide[v] !== side || !head.isSkin[v]) continue;
      const t = seamAt[nearestOf(template, seam, v).index];
      const lip = across(t);
      const line = Math.min(interpolate(probeAt, local, t), mostOfLip * lip.thickness) * smoothStep(0, 0.08, Math.min(t, 1 - t));
      const depth = Math.max(0, (face.source[v * 2] - lip.x) * lip.dx + (face.source[v * 2 + 1] - lip.y) * lip.dy);
      // Lips that are apart in the picture have no line between them: seam-inset.ts.
      const together = 1 - smoothStep(apartFrom, apartTo, restGap[Math.round(t * (restGap.length - 1))]);
      const amount = together * line * clamp(1 - depth / Math.max(3 * line, 0.7 * lip.thickness), 0, 1);
      if (amount < 0.05) continue;
      vertices.push(v);
      places.push(t);
      shifts.push(amount * lip.dx, amount * lip.dy);
    }
  }
  return { vertices: Uint32Array.from(vertices), places: Float32Array.from(places), shifts: Float32Array.from(shifts) };
}

const middleOf = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1];

/** How far from the seam (pixels, 0 without a line) the picture is darker or lighter than the lip; `lumaAt` gives the luma at a distance on the lip. */
export function lineWidth(lumaAt: (distance: number) => number, reach: number): number {
  let lip = 0;
  let count = 0;
  for (let d = 0.6 * reach; d <= reach; d += 0.5) {
    lip += lumaAt(d);
    count++;
  }
  lip /= Math.max(1, count);
  let most = 0;
  for (let d = -0.2 * reach; d <= 0.6 * reach; d += 0.5) most = Math.max(most, Math.abs(lumaAt(d) - lip));
  if (most < faintest) return 0;
  let width = 0;
  for (let d = 0; d <= 0.6 * reach; d += 0.5) if (Math.abs(lumaAt(d) - lip) > (1 - recovered) * most) width = d + 0.5;
  return width;
}

/** Adds to the sources of the lips' edges what the frame's gaps ask for. */
export function clearSeamLine({ vertices, places, shifts }: SeamLine, { gap, restGap }: LipContact, faceWidth: number, { mesh }: Face): void {
  const last = gap.length - 1;
  for (let i = 0; i < vertices.length; i++) {
    const place = places[i] * last;
    const column = Math.min(last - 1, Math.floor(place));
    const here = gap[column] + (gap[column + 1] - gap[column]) * (place - column);
    const own = restGap[column] + (restGap[column + 1] - restGap[column]) * (place - column);
    const share = mostCleared * smoothStep(partedFrom, partedTo, (here - Math.max(0, own)) / faceWidth);
    const v = vertices[i];
    mesh.attributes[v * faceChannels] += share * shifts[i * 2];
    mesh.attributes[v * faceChannels + 1] += share * shifts[i * 2 + 1];
  }
}
