/** Glasses, found in the picture itself: a rim runs around both eyes and over the bridge of the nose. Rims move with the head alone; behind dark lenses no eye moves. */
import { lumaPlane } from '../drawing/luma.ts';
import { blurGaussian } from '../drawing/filters.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';

interface Picture {
  width: number;
  height: number;
  /** [height, width, 3] */
  rgb: Uint8Array;
}

export interface Glasses {
  /** How surely there are glasses, 0..1: damps in proportion, so that a doubtful find does little */
  strength: number;
  /** How far the lenses hide the eyes, 0..1 */
  darkness: number;
  rims: Rim[];
  /** Skin vertices near a rim, and the share [n] of their own motion that they keep */
  vertices: Uint32Array;
  kept: Float32Array;
}

/** A closed line about an eye: its distance from the eye's middle at each of `angles` directions, eye widths. */
export interface Rim {
  centre: [number, number];
  /** Unit vector from the image-left corner to the image-right one */
  axis: [number, number];
  width: number;
  radius: Float32Array;
  /** How far the lids reach above and below the middle, with some room, eye widths */
  above: number;
  below: number;
}

const angles = 64;
const radii = 44;
/** Rims lie between these distances from the eye's middle, eye widths. */
const nearest = 0.55;
const furthest = 1.9;
/** Corners of the eyes, then the middles of the upper and lower margins. */
const rightCorners = [33, 133, 159, 145] as const;
const leftCorners = [362, 263, 386, 374] as const;
/** Room of the lids beyond their margins, eye widths. */
const lidRoom = 0.12;

/** Edges per step around the eyes, of rim line over the typical edge; and across the bridge of the nose. From 24 portraits with and 38 without glasses: docs/renderer.md. */
const rimFrom = 1.08;
const rimTo = 1.22;
/** The same for the stronger half of a rim: browline glasses, or lower rims in the colour of the skin. Bare faces reach 2.48 where something crosses the bridge. */
const halfRimFrom = 2.5;
const halfRimTo = 2.7;
const bridgeFrom = 0.1;
const bridgeTo = 0.2;
/** Lenses that leave less of the eyes to see than this are sunglasses. */
const hiddenBelow = 0.437;
const seenAbove = 0.455;

export function findGlasses(head: Head, picture: Picture): Glasses {
  const eyes = [rightCorners, leftCorners].map((points) => traceRim(head.landmarks, picture, points));
  const contrast = (eyes[0].contrast + eyes[1].contrast) / 2;
  const half = (eyes[0].half + eyes[1].half) / 2;
  const bridge = bridgeEdge(head.landmarks, picture);
  const strength = Math.max(smoothStep(rimFrom, rimTo, contrast), smoothStep(halfRimFrom, halfRimTo, half)) * smoothStep(bridgeFrom, bridgeTo, bridge);
  const darkness = smoothStep(0.2, 0.4, strength) * (1 - smoothStep(hiddenBelow, seenAbove, (eyes[0].seen + eyes[1].seen) / 2));
  const rims = eyes.map(({ rim }) => rim);
  const vertices: number[] = [];
  const kept: number[] = [];
  if (strength > 0) {
    for (let v = 0; v < head.rig.vertexCount; v++) {
      if (!head.isSkin[v]) continue;
      const held = smoothStep(0.05, 0.6, strength) * Math.max(...rims.map((rim) => nearRim(rim, head.rest[v * 3], head.rest[v * 3 + 1], darkness)));
      if (held < 0.01) continue;
      vertices.push(v);
      kept.push(1 - held);
    }
  }
  return { strength, darkness, rims, vertices: Uint32Array.from(vertices), kept: Float32Array.from(kept) };
}

/** Takes the motion of the face away from skin under the rims: displacements [V, 3]. */
export function holdRims({ vertices, kept }: Glasses, displacements: Float32Array): void {
  for (let i = 0; i < vertices.length; i++) {
    const at = vertices[i] * 3;
    displacements[at] *= kept[i];
    displacements[at + 1] *= kept[i];
    displacements[at + 2] *= kept[i];
  }
}

/** How far (x, y) of the picture lies behind glasses, off the lids, 0..1. */
export function rimAt({ strength, rims }: Glasses, x: number, y: number): number {
  if (strength === 0) return 0;
  return smoothStep(0.05, 0.6, strength) * Math.max(nearRim(rims[0], x, y, 0), nearRim(rims[1], x, y, 0));
}

/** Skin is held whole from the lids to this far outside a rim's traced line (rims may be broad, and the line may follow a brow just above), eye widths. */
const outside = 0.16;
/** Beyond, it is free again over such a way: a brow must not fold over a rim. */
const outsideFade = 0.8;

/** 1 behind the lens and on its rim, 0 away from it and at the lids; behind a dark lens (darkness 0..1) lids count too. */
function nearRim(rim: Rim, x: number, y: number, darkness: number): number {
  const off = offRim(rim, x, y);
  return off < outside ? Math.max(darkness, offEye(rim, x, y)) : 1 - clamp((off - outside) / outsideFade, 0, 1);
}

/** 0 at the lids, which stay free: no rim lies within the eye. */
function offEye({ centre, axis, width, above, below }: Rim, x: number, y: number): number {
  const dx = (x - centre[0]) / width;
  const dy = (y - centre[1]) / width;
  const v = dy * axis[0] - dx * axis[1];
  return smoothStep(0.95, 1.25, Math.hypot((dx * axis[0] + dy * axis[1]) / 0.5, v / (v < 0 ? above : below)));
}

/** How far outside a rim's line a point lies, eye widths; negative within. */
function offRim({ centre, axis, width, radius }: Rim, x: number, y: number): number {
  const dx = (x - centre[0]) / width;
  const dy = (y - centre[1]) / width;
  const u = dx * axis[0] + dy * axis[1];
  const v = dy * axis[0] - dx * axis[1];
  const distance = Math.hypot(u, v);
  const place = ((Math.atan2(v, u) / (2 * Math.PI)) * angles + angles) % angles;
  const k = Math.floor(place) % angles;
  const line = radius[k] + (radius[(k + 1) % angles] - radius[k]) * (place - Math.floor(place));
  return distance - line;
}

interface Trace {
  rim: Rim;
  /** The rim's edge over the typical edge around the eye: what four fifths and what half of the rim exceed */
  contrast: number;
  half: number;
  /** How much of the eye a lens leaves to see: its brightness and its contrast, over the cheek's brightness */
  seen: number;
}

/** The strongest smooth closed line around an eye: dynamic programming over angles (Amini et al. 1990) on edges of a polar map. */
function traceRim(landmarks: Float32Array, picture: Picture, [a, b, upper, lower]: readonly [number, number, number, number]): Trace {
  const x0 = landmarks[a * 3];
  const y0 = landmarks[a * 3 + 1];
  const dx = landmarks[b * 3] - x0;
  const dy = landmarks[b * 3 + 1] - y0;
  const width = Math.hypot(dx, dy) || 1;
  const axis: [number, number] = [dx / width, dy / width];
  const centre: [number, number] = [x0 + dx / 2, y0 + dy / 2];
  const at = (angle: number, r: number): [number, number] => {
    const c = Math.cos((2 * Math.PI * angle) / angles) * r * width;
    const s = Math.sin((2 * Math.PI * angle) / angles) * r * width;
    return [centre[0] + c * axis[0] - s * axis[1], centre[1] + c * axis[1] + s * axis[0]];
  };
  const soft = softCrop(picture, centre, (furthest + 0.1) * width, Math.max(0.6, 0.02 * width));
  const radiusOf = (k: number): number => nearest + ((furthest - nearest) * k) / (radii - 1);
  const edges = edgesAlong(soft, angles, radii, (i, k) => at(i, radiusOf(k)), 1);
  const path = strongestLoop(edges);
  const along = Float32Array.from(path, (k, i) => edges[i * radii + k]).sort();
  const typical = Float32Array.from(edges).sort()[Math.floor(0.7 * edges.length)];
  const contrast = along[Math.floor(0.2 * angles)] / (typical + 0.02);
  const half = along[angles >> 1] / (typical + 0.02);
  const lidAt = (i: number): number => Math.abs((landmarks[i * 3 + 1] - centre[1]) * axis[0] - (landmarks[i * 3] - centre[0]) * axis[1]) / width + lidRoom;
  const rim: Rim = { centre, axis, width, radius: Float32Array.from(path, radiusOf), above: Math.max(0.26, lidAt(upper)), below: Math.max(0.22, lidAt(lower)) };
  // Luma of the eye, and of the cheek under the rim.
  const lumaAt = (angle: number, r: number): number => soft(...at(angle, r), 3);
  const eye: number[] = [];
  for (let i = 0; i < angles; i += 2) for (const r of [0, 0.1, 0.2, 0.3, 0.4]) eye.push(lumaAt(i, r));
  const cheek: number[] = [];
  for (let i = angles / 8; i <= (3 * angles) / 8; i++) cheek.push(lumaAt(i, Math.min(furthest, rim.radius[i] + 0.25)));
  eye.sort((p, q) => p - q);
  cheek.sort((p, q) => p - q);
  const skin = Math.max(20, cheek[cheek.length >> 1]);
  const spread = (eye[Math.floor(0.9 * eye.length)] - eye[Math.floor(0.1 * eye.length)]) / skin;
  const level = eye[eye.length >> 1] / skin;
  return { rim, contrast, half, seen: level + spread };
}

/** A reader of the picture softened by `sigma` pixels within `reach` of a point: (x, y, channel 0..2, or 3 for luma) -> grey levels. */
function softCrop({ width, height, rgb }: Picture, [cx, cy]: readonly [number, number], reach: number, sigma: number): (x: number, y: number, c: number) => number {
  const x0 = clamp(Math.floor(cx - reach), 0, width - 1);
  const y0 = clamp(Math.floor(cy - reach), 0, height - 1);
  const w = clamp(Math.ceil(cx + reach), x0 + 1, width) - x0;
  const h = clamp(Math.ceil(cy + reach), y0 + 1, height) - y0;
  const planes = [0, 1, 2].map((c) => blurGaussian(Float32Array.from({ length: w * h }, (_, i) => rgb[((y0 + Math.floor(i / w)) * width + x0 + (i % w)) * 3 + c]), w, h, sigma));
  planes.push(lumaPlane(planes));
  return (x, y, c) => {
    const fx = clamp(x - 0.5 - x0, 0, w - 1);
    const fy = clamp(y - 0.5 - y0, 0, h - 1);
    const ix = Math.min(w - 1, Math.floor(fx));
    const iy = Math.min(h - 1, Math.floor(fy));
    const jx = Math.min(w - 1, ix + 1);
    const jy = Math.min(h - 1, iy + 1);
    const plane = planes[c];
    const top = plane[iy * w + ix] + (plane[iy * w + jx] - plane[iy * w + ix]) * (fx - ix);
    const low = plane[jy * w + ix] + (plane[jy * w + jx] - plane[jy * w + ix]) * (fx - ix);
    return top + (low - top) * (fy - iy);
  };
}

/** [lines, steps] largest colour difference over `reach` steps either way along each line, over the local brightness; at most 0.8 for outlines around eyes. */
function edgesAlong(read: (x: number, y: number, c: number) => number, lines: number, steps: number, at: (line: number, step: number) => readonly [number, number], reach: number, most = 0.8): Float32Array {
  const values = [0, 1, 2, 3].map((c) => Float32Array.from({ length: lines * steps }, (_, i) => read(...at(Math.floor(i / steps), i % steps), c)));
  const out = new Float32Array(lines * steps);
  for (let i = 0; i < lines; i++) {
    for (let k = reach; k < steps - reach; k++) {
      const before = i * steps + k - reach;
      const after = before + 2 * reach;
      const change = Math.max(...[0, 1, 2].map((c) => Math.abs(values[c][after] - values[c][before])));
      out[i * steps + k] = Math.min(most, change / ((values[3][after] + values[3][before]) / 2 + 25));
    }
  }
  return out;
}

/** What one step sideways costs a line, in edges. */
const bend = 0.06;

/** The step of `edges` [lines, steps] at each line along which their sum less bending is largest. */
function strongestPath(edges: Float32Array, lines: number, steps: number, largestBend: number, cost: number): Uint8Array {
  const sums = edges.slice();
  const back = new Int8Array(lines * steps);
  for (let i = 1; i < lines; i++) {
    for (let k = 0; k < steps; k++) {
      let best = Number.NEGATIVE_INFINITY;
      for (let move = -largestBend; move <= largestBend; move++) {
        const from = k + move;
        if (from < 0 || from >= steps) continue;
        const sum = sums[(i - 1) * steps + from] - cost * Math.abs(move);
        if (sum <= best) continue;
        best = sum;
        back[i * steps + k] = move;
      }
      sums[i * steps + k] += best;
    }
  }
  const path = new Uint8Array(lines);
  const last = (lines - 1) * steps;
  for (let k = 1; k < steps; k++) if (sums[last + k] > sums[last + path[lines - 1]]) path[lines - 1] = k;
  for (let i = lines - 1; i > 0; i--) path[i - 1] = path[i] + back[i * steps + path[i]];
  return path;
}

/** The same around a circle of angles: three turns, of which the second is closed. */
function strongestLoop(edges: Float32Array): Uint8Array {
  const turns = new Float32Array(edges.length * 3);
  for (let turn = 0; turn < 3; turn++) turns.set(edges, turn * edges.length);
  return strongestPath(turns, 3 * angles, radii, 2, bend).slice(angles, 2 * angles);
}

/** The edge that crosses the bridge of the nose from side to side. */
function bridgeEdge(landmarks: Float32Array, picture: Picture): number {
  const [a, b] = [rightCorners[1] * 3, leftCorners[0] * 3];
  const dx = landmarks[b] - landmarks[a];
  const dy = landmarks[b + 1] - landmarks[a + 1];
  const cx = (landmarks[a] + landmarks[b]) / 2;
  const cy = (landmarks[a + 1] + landmarks[b + 1]) / 2;
  const span = Math.hypot(dx, dy) || 1;
  const soft = softCrop(picture, [cx, cy], 0.75 * span, Math.max(0.6, 0.02 * span));
  const [lines, steps] = [15, 60];
  const at = (line: number, step: number): [number, number] => {
    const u = -0.22 + (0.44 * line) / (lines - 1);
    const v = -0.55 + (1.1 * step) / (steps - 1);
    return [cx + u * dx - v * dy, cy + u * dy + v * dx];
  };
  const edges = edgesAlong(soft, lines, steps, at, 2, Number.POSITIVE_INFINITY);
  const along = Float32Array.from(strongestPath(edges, lines, steps, 1, 0.02), (k, i) => edges[i * steps + k]).sort();
  return along[Math.floor(0.2 * (lines - 1))];
}
