/** What a picture hides at the eyes, guessed from what it shows: eyeball under the lids, skin where the eye is open. */
import { loopOf } from '../drawing/face.ts';
import { fillUnknown } from '../drawing/filters.ts';
import { clamp, signedDistance, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import type { LidSkin } from './lid-skin.ts';
import type { Lid } from './lids.ts';
import type { Canvas } from '../drawing/surface.ts';
import { type Texture, textureScale } from '../drawing/texture.ts';

export interface EyeTextures {
  /** Top left corner of all in the picture, whole pixels */
  x: number;
  y: number;
  /** The eyeball, completed under the lids; fourth channel: 255 near the eye, 0 where there can be none */
  ball: Texture;
  /** The picture as it is; fourth channel: its catch lights in grey levels, which the ball is without */
  own: Texture;
  /** The eye and its lashes grown over with skin (lid-skin.ts) */
  skin: LidSkin;
}

/** Share of the eye's width around it that the textures cover. */
const marginShare = 0.55;
/** Eyeball this near to a lid lies in the lashes' shadow, or under them. */
const lashShadow = 0.05;

export interface Crop {
  loop: Float64Array;
  x: number;
  y: number;
  w: number;
  h: number;
}

export function cropOf(head: Head, lid: Lid, { width, height }: Canvas): Crop {
  const loop = loopOf(head.rest, lid.upper, lid.lower);
  const margin = Math.ceil(marginShare * lid.width);
  const xs = Array.from({ length: loop.length / 2 }, (_, i) => loop[i * 2]);
  const ys = Array.from({ length: loop.length / 2 }, (_, i) => loop[i * 2 + 1]);
  const x = clamp(Math.floor(Math.min(...xs)) - margin, 0, width - 1);
  const y = clamp(Math.floor(Math.min(...ys)) - margin, 0, height - 1);
  return { loop, x, y, w: clamp(Math.ceil(Math.max(...xs)) + margin, x + 1, width) - x, h: clamp(Math.ceil(Math.max(...ys)) + margin, y + 1, height) - y };
}

export function planesOf({ x, y, w, h }: Crop, { rgb, width }: Canvas): Float32Array[] {
  return [0, 1, 2].map((c) => Float32Array.from({ length: w * h }, (_, i) => rgb[((y + Math.floor(i / w)) * width + x + (i % w)) * 3 + c]));
}

export function textureOf(planes: readonly Float32Array[], w: number, h: number, fourth?: Float32Array): Texture {
  const data = new Int16Array(w * h * 4);
  for (let i = 0; i < w * h; i++) {
    for (let c = 0; c < 3; c++) data[i * 4 + c] = Math.round(planes[c][i] * textureScale);
    if (fourth) data[i * 4 + 3] = Math.round(fourth[i] * 255 * textureScale);
  }
  return { width: w, height: h, data };
}

/** The eyeball: what the lids hide of the iris has the colour of the rest at the same radius, the white that of its surroundings. */
export function buildEyeball(head: Head, lid: Lid, iris: readonly [number, number], radius: number, canvas: Canvas): Pick<EyeTextures, 'x' | 'y' | 'ball' | 'own'> {
  const crop = cropOf(head, lid, canvas);
  const { loop, x, y, w, h } = crop;
  const planes = planesOf(crop, canvas);
  const distance = Float32Array.from({ length: w * h }, (_, i) => signedDistance(loop, x + (i % w) + 0.5, y + Math.floor(i / w) + 0.5));
  const fromIris = Float32Array.from({ length: w * h }, (_, i) => Math.hypot(x + (i % w) + 0.5 - iris[0], y + Math.floor(i / w) + 0.5 - iris[1]));
  const known = distance.map((d) => smoothStep(0.2 * lashShadow * lid.width, lashShadow * lid.width, d));
  const profile = radialProfile(planes, known, fromIris, Math.ceil(radius));
  const lights = catchLights(planes, profile, fromIris, known, radius);
  const own = textureOf(planes, w, h, lights);
  for (let i = 0; i < w * h; i++) {
    for (let c = 0; c < 3; c++) planes[c][i] -= lights[i] * 255;
    const inIris = (1 - smoothStep(0.9 * radius, 1.02 * radius, fromIris[i])) * (1 - known[i]);
    if (inIris <= 0) continue;
    const bin = clamp(Math.floor(fromIris[i]), 0, Math.ceil(radius) - 1);
    const total = known[i] + inIris;
    for (let c = 0; c < 3; c++) planes[c][i] = (known[i] * planes[c][i] + inIris * profile[c][bin]) / total;
    known[i] = Math.min(1, total);
  }
  const reach = 0.1 * lid.width;
  return { x, y, ball: textureOf(fillUnknown(planes, known, w, h), w, h, distance.map((d) => smoothStep(-reach, -0.5 * reach, d))), own };
}

/** Median colour of the known pixels at each whole radius, three rows [radius]; empty radii take their outer neighbour's. */
function radialProfile(planes: readonly Float32Array[], known: Float32Array, fromIris: Float32Array, bins: number): Float32Array[] {
  return planes.map((plane) => {
    const rows = Array.from({ length: bins }, () => [] as number[]);
    for (let i = 0; i < plane.length; i++) if (known[i] > 0.8 && fromIris[i] < bins) rows[Math.floor(fromIris[i])].push(plane[i]);
    const out = new Float32Array(bins);
    let last = 40;
    for (let bin = bins - 1; bin >= 0; bin--) {
      const row = rows[bin].sort((a, b) => a - b);
      if (row.length > 0) last = row[row.length >> 1];
      out[bin] = last;
    }
    return out;
  });
}

/** Catch lights stand out from the rest of the iris at their radius by so many grey levels. */
const lightFrom = 30;
const lightTo = 60;
/** What covers more of the iris than this is no catch light but a reflection, or a white that the landmarks took for iris. */
const largestLight = 0.16;

/** How much brighter than the iris its catch lights are, [h, w] grey levels / 255; none where they cannot be told. */
function catchLights(planes: readonly Float32Array[], profile: readonly Float32Array[], fromIris: Float32Array, known: Float32Array, radius: number): Float32Array {
  const out = new Float32Array(known.length);
  let area = 0;
  for (let i = 0; i < out.length; i++) {
    if (fromIris[i] >= radius) continue;
    const bin = Math.min(profile[0].length - 1, Math.floor(fromIris[i]));
    const over = Math.min(...planes.map((plane, c) => plane[i] - profile[c][bin]));
    const share = smoothStep(lightFrom, lightTo, over) * known[i] * (1 - smoothStep(0.75 * radius, 0.95 * radius, fromIris[i]));
    out[i] = (over * share) / 255;
    area += share;
  }
  return area > largestLight * Math.PI * radius * radius ? out.fill(0) : out;
}
