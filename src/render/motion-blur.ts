/**
 * Motion blur of lips and lids where they move fast, as a shutter open for half of a frame's time (180 degrees) would have it. A frame drawn sharp is averaged, pixel by
 * pixel, along the way that its skin goes while the shutter is open (McGuire et al. 2012, "A reconstruction filter for plausible motion blur", with dense velocities).
 */
import type { Kernel } from '../kernel/kernel.ts';
import { coefficientCount } from '../motion/channels.ts';
import type { ActiveMotion } from './activity.ts';
import { clamp, smoothStep } from './drawing/geometry.ts';
import type { Head } from './rig/head.ts';
import type { Lid } from './eyes/lids.ts';
import type { Opening } from './drawing/opening.ts';
import { clearTarget, createTarget, drawMesh, type Mesh, type RasterTarget } from './drawing/raster.ts';
import { closureOf, displaceVertices, type Scene } from './scene.ts';

/** The frames before and after one, which tell how fast it moves. */
export interface Neighbours {
  before: ActiveMotion;
  after: ActiveMotion;
}

interface Region {
  opening: Opening;
  /** [n] vertices of the skin about the opening */
  vertices: Uint32Array;
  /** [n] 1 at the opening, 0 where the region ends: what lies further off stays sharp */
  share: Float32Array;
  /** [n, 2] displacements in the frames before and after, pixels */
  before: Float32Array;
  after: Float32Array;
  /** Skin, and the strip between the margins, with the way of each vertex while the shutter is open, pixels */
  skin: Mesh;
  strip: Mesh;
  /** What tells, before anything is posed, whether the region may move: [probes, 52] pixels down for each coefficient, or a lid and how far it falls, pixels */
  probes: Float32Array | { lid: Lid; height: number };
  /** Whether it does */
  isMoving: boolean;
}

export interface MotionBlur {
  regions: Region[];
  /** Ways that are seen begin here, pixels */
  seenFrom: number;
  target: RasterTarget;
  /** Sharp pixels under the taps */
  copy: Uint8Array;
}

/** Share of a frame's time that the shutter is open. */
const shutter = 0.5;
/** Ways shorter than the first are not seen, from the second on they are drawn in full: pixels, or face heights where that is more. */
const seenFromPixels = 0.6;
const seenFromHeights = 0.0025;
const fullAbove = 2.5;
/** Regions are measured from this share of it on: contact of lips and lids adds to what the probes tell. */
const probeShare = 0.5;
const mostTaps = 16;

/** `openings` of mouth and eyes. */
export function buildMotionBlur(scene: Scene, openings: readonly Opening[], kernel: Kernel): MotionBlur {
  return { regions: openings.map((opening) => buildRegion(scene, opening)), seenFrom: Math.max(seenFromPixels, seenFromHeights * scene.head.faceHeight), target: createTarget(2, kernel), copy: new Uint8Array(0) };
}

function buildRegion({ head, lids }: Scene, opening: Opening): Region {
  const { skin, stencil, upper, lower } = opening;
  const lid = lids.find((other) => other.upper === upper);
  const { rest } = head;
  const vertices = Uint32Array.from(new Set(skin.triangles));
  const margin = [...upper, ...lower];
  const box = [0, 1].map((axis) => {
    const at = margin.map((v) => rest[v * 3 + axis]);
    return [Math.min(...at), Math.max(...at)];
  });
  const outside = (v: number): number => Math.hypot(...box.map(([low, high], axis) => Math.max(0, low - rest[v * 3 + axis], rest[v * 3 + axis] - high)));
  const distances = Array.from(vertices, outside);
  const reach = Math.max(...distances) * 0.8; // triangles that lie half outside the region end it unevenly
  return {
    opening,
    vertices,
    share: Float32Array.from(distances, (distance) => 1 - smoothStep(0.35 * reach, reach, distance)),
    before: new Float32Array(vertices.length * 2),
    after: new Float32Array(vertices.length * 2),
    skin: { ...skin, attributes: new Float32Array((skin.positions.length / 3) * 2) },
    strip: { ...stencil, attributes: new Float32Array((stencil.positions.length / 3) * 2) },
    probes: lid ? { lid, height: head.rest[middleOf(lower) * 3 + 1] - head.rest[middleOf(upper) * 3 + 1] } : probesOf(head, [middleOf(upper), middleOf(lower)]),
    isMoving: false,
  };
}

const middleOf = (chain: Uint32Array): number => chain[chain.length >> 1];

/** How far each coefficient moves each vertex down: [vertices, 52] pixels. */
function probesOf(head: Head, probed: readonly number[]): Float32Array {
  const out = new Float32Array(probed.length * coefficientCount);
  head.modes.forEach(({ vertices, deltas }, k) => {
    for (const [i, vertex] of probed.entries()) {
      const at = vertices.indexOf(vertex);
      if (at >= 0) out[i * coefficientCount + k] = deltas[at * 3 + 1];
    }
  });
  return out;
}

/** Takes what the frames before and after show. Leaves the scene displaced: pose it for the frame itself. `motion` [58] of that frame. */
export function measureNeighbours(blur: MotionBlur, scene: Scene, motion: Float32Array, { before, after }: Neighbours): void {
  let isMoving = false;
  for (const region of blur.regions) {
    region.isMoving = probe(region, before.motion, motion, after.motion) > probeShare * blur.seenFrom;
    isMoving ||= region.isMoving;
  }
  if (!isMoving) return;
  displaceVertices(scene, before.motion, before.activity);
  for (const { isMoving: moves, vertices, before: out } of blur.regions) if (moves) keepDisplacements(scene, vertices, out);
  displaceVertices(scene, after.motion, after.activity);
  for (const { isMoving: moves, vertices, after: out } of blur.regions) if (moves) keepDisplacements(scene, vertices, out);
}

/** About how far the region's margins go while the shutter is open, pixels; motions [58]. */
function probe({ probes }: Region, before: Float32Array, now: Float32Array, after: Float32Array): number {
  if (!(probes instanceof Float32Array)) return shutter * probes.height * Math.abs(steadyChange(closureOf(before, probes.lid), closureOf(now, probes.lid), closureOf(after, probes.lid)));
  let most = 0;
  for (let from = 0; from < probes.length; from += coefficientCount) {
    const way = shutter * Math.abs(steadyChange(probeAt(probes, from, before), probeAt(probes, from, now), probeAt(probes, from, after)));
    if (way > most) most = way;
  }
  return most;
}

function probeAt(probes: Float32Array, from: number, motion: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < coefficientCount; k++) sum += probes[from + k] * motion[k];
  return sum;
}

function keepDisplacements({ displacements }: Scene, vertices: Uint32Array, out: Float32Array): void {
  for (let i = 0; i < vertices.length; i++) {
    out[i * 2] = displacements[vertices[i] * 3];
    out[i * 2 + 1] = displacements[vertices[i] * 3 + 1];
  }
}

/** Blurs the drawn frame `out` [height, width, 3] of the posed scene where it moves fast. */
export function blurMotion(blur: MotionBlur, scene: Scene, width: number, height: number, out: Uint8Array): void {
  for (const region of blur.regions) {
    if (!region.isMoving) continue;
    const furthest = setWays(region, scene, blur.seenFrom);
    if (furthest > blur.seenFrom) blurRegion(blur, region, furthest, width, height, out);
  }
}

/** The way of each vertex while the shutter is open; returns the longest, pixels. The turn of the head between neighbours is left out: it is slow. */
function setWays({ vertices, share, before, after, skin, strip, opening }: Region, { displacements }: Scene, seenFrom: number): number {
  const { attributes } = skin;
  let furthest = 0;
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i];
    const x = shutter * steadyChange(before[i * 2], displacements[v * 3], after[i * 2]);
    const y = shutter * steadyChange(before[i * 2 + 1], displacements[v * 3 + 1], after[i * 2 + 1]);
    const way = Math.sqrt(x * x + y * y) * share[i];
    const seen = share[i] * smoothStep(seenFrom, fullAbove * seenFrom, way);
    attributes[v * 2] = x * seen;
    attributes[v * 2 + 1] = y * seen;
    if (way > furthest) furthest = way;
  }
  // The strip between the margins: what lies behind goes with the nearer one.
  const columns = strip.attributes.length / 4;
  for (let side = 0; side < 2; side++) {
    const chain = side === 0 ? opening.upper : opening.lower;
    const at = side === 0 ? opening.upperAt : opening.lowerAt;
    let i = 0;
    for (let k = 0; k < columns; k++) {
      const t = k / (columns - 1);
      while (i < chain.length - 2 && at[i + 1] < t) i++;
      const along = Math.min(1, Math.max(0, (t - at[i]) / (at[i + 1] - at[i] || 1)));
      for (let axis = 0; axis < 2; axis++) {
        const from = attributes[chain[i] * 2 + axis];
        strip.attributes[(side * columns + k) * 2 + axis] = from + (attributes[chain[i + 1] * 2 + axis] - from) * along;
      }
    }
  }
  return furthest;
}

/**
 * Change a frame at `now`, between its neighbours: the harmonic mean of both changes, and none where they point apart (van Leer 1974, "Towards the ultimate
 * conservative difference scheme II"). So lips and lids that have just met, or are about to part, are sharp.
 */
export function steadyChange(before: number, now: number, after: number): number {
  const back = now - before;
  const on = after - now;
  return back * on > 0 ? (2 * back * on) / (back + on) : 0;
}

function blurRegion(blur: MotionBlur, { vertices, skin, strip }: Region, furthest: number, width: number, height: number, out: Uint8Array): void {
  const { positions, attributes } = skin;
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i];
    if (attributes[v * 2] === 0 && attributes[v * 2 + 1] === 0) continue;
    left = Math.min(left, positions[v * 3]);
    right = Math.max(right, positions[v * 3]);
    top = Math.min(top, positions[v * 3 + 1]);
    bottom = Math.max(bottom, positions[v * 3 + 1]);
  }
  const margin = Math.ceil(furthest) + 2; // to the triangles' far corners the way falls to nothing
  const x0 = Math.max(0, Math.floor(left) - margin);
  const y0 = Math.max(0, Math.floor(top) - margin);
  const w = Math.min(width, Math.ceil(right) + margin) - x0;
  const h = Math.min(height, Math.ceil(bottom) + margin) - y0;
  if (!(w > 1 && h > 1)) return;
  const { target } = blur;
  clearTarget(target, w, h);
  const view = { x: x0, y: y0, scale: 1 };
  drawMesh(target, strip, view, 'both');
  drawMesh(target, skin, view, 'front');
  if (blur.copy.length < w * h * 3) blur.copy = new Uint8Array(Math.ceil(w * h * 3.9));
  const { copy } = blur;
  for (let y = 0; y < h; y++) {
    const from = ((y0 + y) * width + x0) * 3;
    copy.set(out.subarray(from, from + w * 3), y * w * 3);
  }
  const { values, codes } = target;
  for (let i = 0; i < w * h; i++) {
    if (!codes[i] || (values[i * 2] === 0 && values[i * 2 + 1] === 0)) continue;
    averageAlong(copy, w, h, i, values[i * 2], values[i * 2 + 1], out, ((y0 + Math.floor(i / w)) * width + x0 + (i % w)) * 3);
  }
}

/** Mean of `pixels` [h, w, 3] along the way (dx, dy), pixels, about pixel `at`, bilinear, into out[to ... to + 2]. */
function averageAlong(pixels: Uint8Array, w: number, h: number, at: number, dx: number, dy: number, out: Uint8Array, to: number): void {
  const taps = Math.min(mostTaps, Math.ceil(Math.sqrt(dx * dx + dy * dy)) + 1);
  const column = at % w;
  const row = (at - column) / w;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let k = 0; k < taps; k++) {
    const along = (k + 0.5) / taps - 0.5;
    const x = clamp(column + along * dx, 0, w - 1);
    const y = clamp(row + along * dy, 0, h - 1);
    const ix = Math.min(w - 2, Math.floor(x));
    const iy = Math.min(h - 2, Math.floor(y));
    const fx = x - ix;
    const fy = y - iy;
    const p = (iy * w + ix) * 3;
    const q = p + w * 3;
    const a = (1 - fx) * (1 - fy);
    const b = fx * (1 - fy);
    const c = (1 - fx) * fy;
    const d = fx * fy;
    red += a * pixels[p] + b * pixels[p + 3] + c * pixels[q] + d * pixels[q + 3];
    green += a * pixels[p + 1] + b * pixels[p + 4] + c * pixels[q + 1] + d * pixels[q + 4];
    blue += a * pixels[p + 2] + b * pixels[p + 5] + c * pixels[q + 2] + d * pixels[q + 5];
  }
  out[to] = red / taps + 0.5;
  out[to + 1] = green / taps + 0.5;
  out[to + 2] = blue / taps + 0.5;
}
