/** The dark line where lips meet in the picture belongs to the gap, not to the lips: as they part, their edges take their colour from beside it. */
import { chainPoints, type Face, faceChannels, nearestOf } from './face.ts';
import { chainParameters, clamp, interpolate, smoothStep } from './geometry.ts';
import type { Head } from './head.ts';
import { faceLuma } from './light.ts';
import { type LipContact, pointOnChain } from './lips.ts';

export interface SeamLine {
  /** [n] lip vertices near the seam, their places along it 0..1, and how far [n, 2] pixels their source moves off it when the lips are apart */
  vertices: Uint32Array;
  places: Float32Array;
  shifts: Float32Array;
}

/** The line is looked for within this share of the face's width on either side, and never taken for wider than this share of the lip. */
const searched = 0.035;
const mostOfLip = 0.4;
/** The line ends where this much of its darkness is gone. */
const recovered = 0.75;
/** Gaps over the face's width at which the line begins to leave the lips and has left them. */
const partedFrom = 0.004;
const partedTo = 0.03;
/** A little of the line stays: lips roll inwards there. */
const mostCleared = 0.8;
const probes = 21;

export function buildSeamLine(head: Head, face: Face, { width, height, rgb }: { width: number; height: number; rgb: Uint8Array }): SeamLine {
  const { rig, rest, template, faceWidth } = head;
  const luma = faceLuma(head, rgb, width, height);
  const at = (x: number, y: number): number => luma.plane[clamp(Math.floor(y) - luma.y, 0, luma.h - 1) * luma.w + clamp(Math.floor(x) - luma.x, 0, luma.w - 1)];
  const isOpen = new Set(face.seamVertices); // a seam that is open in the picture is taken care of there
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
    for (let k = 0; k < probes; k++) {
      const lip = across(0.15 + (0.7 * k) / (probes - 1));
      widths.push(lineWidth((d) => at(lip.x + d * lip.dx, lip.y + d * lip.dy), Math.min(searched * faceWidth, 0.8 * lip.thickness)));
    }
    const typical = widths.sort((a, b) => a - b)[Math.floor(probes * 0.6)];
    for (let v = 0; v < rig.vertexCount; v++) {
      if (rig.lipSide[v] !== side || !head.isSkin[v] || isOpen.has(v)) continue;
      const t = seamAt[nearestOf(template, seam, v).index];
      const lip = across(t);
      const line = Math.min(typical, mostOfLip * lip.thickness) * smoothStep(0, 0.08, Math.min(t, 1 - t));
      const depth = Math.max(0, (face.source[v * 2] - lip.x) * lip.dx + (face.source[v * 2 + 1] - lip.y) * lip.dy);
      const amount = line * clamp(1 - depth / Math.max(3 * line, 0.7 * lip.thickness), 0, 1);
      if (amount < 0.05) continue;
      vertices.push(v);
      places.push(t);
      shifts.push(amount * lip.dx, amount * lip.dy);
    }
  }
  return { vertices: Uint32Array.from(vertices), places: Float32Array.from(places), shifts: Float32Array.from(shifts) };
}

/** How far from the seam (pixels, 0 without a line) it stays dark; `lumaAt` gives the luma at a distance on the lip, negative beyond the seam. */
export function lineWidth(lumaAt: (distance: number) => number, reach: number): number {
  let darkest = Number.POSITIVE_INFINITY;
  let from = 0;
  for (let d = -0.35 * reach; d <= 0.6 * reach; d += 0.5) {
    const value = lumaAt(d);
    if (value >= darkest) continue;
    darkest = value;
    from = d;
  }
  let lip = 0;
  let count = 0;
  for (let d = 0.6 * reach; d <= reach; d += 0.5) {
    lip += lumaAt(d);
    count++;
  }
  lip /= Math.max(1, count);
  if (!(lip - darkest > 4)) return 0;
  for (let d = from; d < reach; d += 0.5) if (lumaAt(d) > darkest + recovered * (lip - darkest)) return Math.max(0, d);
  return Math.max(0, from);
}

/** Moves the sources of the lips' edges by what the frame's gaps ask for. */
export function clearSeamLine({ vertices, places, shifts }: SeamLine, { gap }: LipContact, faceWidth: number, { mesh, source }: Face): void {
  const last = gap.length - 1;
  for (let i = 0; i < vertices.length; i++) {
    const place = places[i] * last;
    const column = Math.min(last - 1, Math.floor(place));
    const here = gap[column] + (gap[column + 1] - gap[column]) * (place - column);
    const share = mostCleared * smoothStep(partedFrom, partedTo, here / faceWidth);
    const v = vertices[i];
    mesh.attributes[v * faceChannels] = source[v * 2] + share * shifts[i * 2];
    mesh.attributes[v * faceChannels + 1] = source[v * 2 + 1] + share * shifts[i * 2 + 1];
  }
}
