/** Folds of the skin that come and go with the expression: a brightness factor on the picture, mixed for each frame from one map for each group of lines. */
import { lumaOf } from '../drawing/luma.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { coefficientCount } from '../../motion/channels.ts';
import { type CreaseLine, layCreases } from './crease-lines.ts';
import { blurGaussian, resizeBilinear } from '../drawing/filters.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import { faceBounds } from './light.ts';

interface CreaseMap {
  weights: readonly (readonly [number, number])[];
  /** The cells it covers */
  x0: number;
  y0: number;
  w: number;
  h: number;
  /** [h, w] logarithms of brightness at weight 1: the picture's own relief, and lines laid over it */
  own: Float32Array;
  lines: Float32Array;
}

export interface Creases {
  maps: CreaseMap[];
  /** Pixels a cell */
  step: number;
  /** Top left corner in the picture, pixels */
  left: number;
  top: number;
  width: number;
  height: number;
  /** [height, width] this frame's change of brightness, 0 without */
  change: Float32Array;
  /** The same in the kernel's memory, once it is drawn */
  loaded: Float32Array | null;
  /** How red shade is on this skin, 0..1 */
  redder: number;
  /** Cells that hold all of it: x0, y0, x1, y1 */
  box: [number, number, number, number];
  /** Whether any of it is not 0 */
  isActive: boolean;
  /** [maps] */
  mixed: Float32Array;
}

/** Cells a face height: finer than any line. */
const cellsPerFace = 330;

/** Bands of the picture's own relief, face heights: finer is grain and pores, coarser is light. */
const finest = 0.003;
const coarsest = 0.016;

/** Own relief at a full fold, over what the picture shows; and where it is taken away. */
const ownGain = 0.75;
const softenGain = 0.6;

interface Skin {
  /** [h, w] logarithm of brightness over its surroundings; 0 off the skin */
  relief: Float32Array;
  /** [h, w] 0..1 */
  isSkin: Float32Array;
  /** Typical contrast of what is finer than any line */
  grain: number;
}

/** light: constant and slopes along x right, y up (relight.ts). */
export function buildCreases(head: Head, light: readonly number[], { width: pictureWidth, height: pictureHeight, rgb }: { width: number; height: number; rgb: Uint8Array }): Creases {
  const { faceHeight } = head;
  const luma = lumaAbove(head, rgb, pictureWidth, pictureHeight);
  const step = Math.max(1, faceHeight / cellsPerFace);
  const width = Math.max(1, Math.round(luma.w / step));
  const height = Math.max(1, Math.round(luma.h / step));
  const plane = step > 1.2 ? resizeBilinear(blurGaussian(luma.plane, luma.w, luma.h, step * 0.4), luma.w, luma.h, width, height) : resizeBilinear(luma.plane, luma.w, luma.h, width, height);
  const cell = luma.w / width;
  const skin = readSkin(plane, width, height, faceHeight / cell);
  const level = Math.max(1, light[0] + light[3]);
  const slope: [number, number] = [clamp(light[1] / level, -0.7, 0.7), clamp(-light[2] / level, -0.7, 0.7)];
  const strength = 1 - 0.8 * smoothStep(dotted[0], dotted[1], skin.grain);
  const maps = layCreases(head).flatMap(({ weights, lines }) => {
    const map = drawGroup(lines, { cell, left: luma.x, top: luma.y, width, height, faceHeight, slope, skin, strength });
    return map ? [{ weights, ...map }] : [];
  });
  return { maps, step: cell, left: luma.x, top: luma.y, width, height, change: new Float32Array(width * height), loaded: null, box: [0, 0, 0, 0], redder: rednessOf(head, rgb, pictureWidth, pictureHeight), isActive: false, mixed: new Float32Array(maps.length) };
}

/** A forehead goes on above its highest landmark, by about this many face heights. */
const aboveLandmarks = 0.14;

/** Luma [h, w] of face and forehead, and its top left corner. */
function lumaAbove(head: Head, rgb: Uint8Array, width: number, height: number): { plane: Float32Array; x: number; y: number; w: number; h: number } {
  const [x, right, low, bottom] = faceBounds(head, width, height);
  const y = Math.max(0, low - Math.round(aboveLandmarks * head.faceHeight));
  const w = Math.max(1, right - x);
  const h = Math.max(1, bottom - y);
  const plane = new Float32Array(w * h);
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      const p = ((y + row) * width + x + column) * 3;
      plane[row * w + column] = lumaOf(rgb, p);
    }
  }
  return { plane, x, y, w, h };
}

/** Skin is redder than blue; a picture of one tone is not. */
function rednessOf(head: Head, rgb: Uint8Array, width: number, height: number): number {
  const [x0, x1, y0, y1] = faceBounds(head, width, height);
  let red = 0;
  let blue = 0;
  for (let y = y0; y < y1; y += 3) {
    for (let x = x0; x < x1; x += 3) {
      red += rgb[(y * width + x) * 3];
      blue += rgb[(y * width + x) * 3 + 2];
    }
  }
  return smoothStep(1.05, 1.35, red / Math.max(1, blue));
}

function readSkin(plane: Float32Array, w: number, h: number, cells: number): Skin {
  const fine = blurGaussian(plane, w, h, Math.max(0.5, finest * cells));
  const wide = blurGaussian(plane, w, h, coarsest * cells);
  const broad = blurGaussian(plane, w, h, 0.09 * cells);
  const middle = plane.slice().sort()[Math.floor(plane.length * 0.55)] || 1;
  const relief = new Float32Array(plane.length);
  const raw = new Float32Array(plane.length);
  let grain = 0;
  let count = 0;
  for (let i = 0; i < plane.length; i++) {
    const own = Math.log((fine[i] + 4) / (wide[i] + 4));
    // Hair, brows, glasses' rims and shadows are no skin; bleached skin has no shades to fold with.
    raw[i] = smoothStep(0.3, 0.5, fine[i] / middle) * (1 - 0.85 * smoothStep(218, 248, wide[i])) * smoothStep(0.55, 0.72, wide[i] / broad[i]) * (1 - smoothStep(0.22, 0.45, Math.abs(own)));
    relief[i] = clamp(own, -0.3, 0.2);
    if (raw[i] > 0.9 && Math.abs(own) < 0.12) {
      grain += Math.log((plane[i] + 4) / (fine[i] + 4)) ** 2;
      count++;
    }
  }
  const isSkin = blurGaussian(raw, w, h, 0.006 * cells);
  for (let i = 0; i < plane.length; i++) relief[i] *= isSkin[i];
  return { relief, isSkin, grain: Math.sqrt(grain / Math.max(1, count)) };
}

/** Pictures made of dots and strokes get hardly any lines beside theirs. */
const dotted = [0.028, 0.055] as const;

interface Ground {
  cell: number;
  left: number;
  top: number;
  width: number;
  height: number;
  faceHeight: number;
  /** Light along x and y (down) over light on skin that faces the viewer */
  slope: [number, number];
  skin: Skin;
  strength: number;
}

function drawGroup(lines: readonly CreaseLine[], ground: Ground): Omit<CreaseMap, 'weights'> | null {
  const { cell, left, top, width, height, faceHeight } = ground;
  const fades = 3;
  let [x0, y0, x1, y1] = [width, height, 0, 0];
  for (const { points, width: sigma, reach } of lines) {
    const margin = (fades * Math.max(2.2 * sigma, reach) * faceHeight) / cell;
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [(points[i] - left) / cell, (points[i + 1] - top) / cell];
      x0 = Math.min(x0, x - margin);
      x1 = Math.max(x1, x + margin);
      y0 = Math.min(y0, y - margin);
      y1 = Math.max(y1, y + margin);
    }
  }
  x0 = clamp(Math.floor(x0), 0, width);
  x1 = clamp(Math.ceil(x1), 0, width);
  y0 = clamp(Math.floor(y0), 0, height);
  y1 = clamp(Math.ceil(y1), 0, height);
  if (x1 <= x0 || y1 <= y0) return null;
  const w = x1 - x0;
  const h = y1 - y0;
  const map: Omit<CreaseMap, 'weights'> = { x0, y0, w, h, own: new Float32Array(w * h), lines: new Float32Array(w * h) };
  for (const line of lines) drawLine(line, map, ground);
  const strength = ground.strength * lineShare(map, ground);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = y * w + x;
      const from = (y + y0) * width + x + x0;
      const { relief, isSkin } = ground.skin;
      map.own[i] *= relief[from];
      map.lines[i] *= isSkin[from] * strength;
    }
  }
  return map;
}

/** Skin without any relief, a child's or a painted one, folds softly; skin that shows its own lines gets those deepened, and few new ones beside them. */
function lineShare(map: Omit<CreaseMap, 'weights'>, { width, skin }: Ground): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < map.own.length; i++) {
    const from = (Math.floor(i / map.w) + map.y0) * width + map.x0 + (i % map.w);
    const share = map.own[i] * skin.isSkin[from];
    sum += share * Math.abs(skin.relief[from]);
    count += share;
  }
  const typical = count > 0 ? sum / count : 0;
  return (0.55 + 0.45 * smoothStep(0.004, 0.015, typical)) * (1 - 0.6 * smoothStep(0.03, 0.08, typical));
}

/** A valley with a soft shadow round it and a bulge on its left: occlusion, and the light's slope times the walls' (first order in the height). */
function drawLine({ points, width: sigma, reach, depth, fadeIn, fadeOut }: CreaseLine, map: Omit<CreaseMap, 'weights'>, { cell, left, top, faceHeight, slope }: Ground): void {
  const n = points.length / 2;
  const s = (sigma * faceHeight) / cell;
  const r = (reach * faceHeight) / cell;
  const far = 3 * Math.max(2.2 * s, r);
  const px = Float64Array.from({ length: n }, (_, i) => (points[i * 2] - left) / cell - map.x0);
  const py = Float64Array.from({ length: n }, (_, i) => (points[i * 2 + 1] - top) / cell - map.y0);
  const [lowX, highX] = [Math.max(0, Math.floor(Math.min(...px) - far)), Math.min(map.w, Math.ceil(Math.max(...px) + far))];
  const [lowY, highY] = [Math.max(0, Math.floor(Math.min(...py) - far)), Math.min(map.h, Math.ceil(Math.max(...py) + far))];
  for (let y = lowY; y < highY; y++) {
    for (let x = lowX; x < highX; x++) {
      let best = far * far;
      let along = -1;
      for (let k = 0; k < n - 1; k++) {
        const ex = px[k + 1] - px[k];
        const ey = py[k + 1] - py[k];
        const t = clamp(((x + 0.5 - px[k]) * ex + (y + 0.5 - py[k]) * ey) / (ex * ex + ey * ey || 1), 0, 1);
        const d = (x + 0.5 - px[k] - t * ex) ** 2 + (y + 0.5 - py[k] - t * ey) ** 2;
        if (d < best) {
          best = d;
          along = k + t;
        }
      }
      if (along < 0) continue;
      const k = Math.min(n - 2, Math.floor(along));
      const ex = px[k + 1] - px[k];
      const ey = py[k + 1] - py[k];
      const length = Math.hypot(ex, ey) || 1;
      // Left of the way (y down) is (ey, -ex).
      const d = ((x + 0.5 - px[k]) * ey - (y + 0.5 - py[k]) * ex) / length;
      const distance = Math.sqrt(best) * Math.sign(d || 1);
      const t = along / (n - 1);
      const presence = smoothStep(0, fadeIn, t) * smoothStep(0, fadeOut, 1 - t);
      const i = y * map.w + x;
      map.own[i] = Math.max(map.own[i], Math.exp(-best / (2 * r * r)) * Math.min(1, 1.5 * presence));
      // Lines are not equally deep all along.
      const uneven = 0.8 + 0.2 * Math.sin(21 * t + px[0] * 0.37 + py[0] * 0.21);
      const valley = Math.exp(-best / (2 * s * s));
      const hollow = Math.exp(-((distance + 0.6 * s) ** 2) / (2 * (2.2 * s) ** 2));
      const bulge = Math.exp(-((distance - 2.6 * s) ** 2) / (2 * (1.7 * s) ** 2));
      const wall = -(distance / s) * valley * 1.65; // -dh/dd of a valley of depth 1, at most 1
      const lit = (slope[0] * ey - slope[1] * ex) / length;
      map.lines[i] += depth * presence * uneven * (-0.62 * valley - 0.32 * hollow + 0.2 * bulge + 0.9 * wall * lit);
    }
  }
}

/** Mixes the frame's map for a motion [58] less `removal` [52] times activity 0..1. */
export function foldSkin(creases: Creases, motion: Float32Array, removal: Float32Array, activity: number): void {
  const { maps, change, mixed, box, width, height } = creases;
  let isSame = true;
  let isActive = false;
  for (let g = 0; g < maps.length; g++) {
    let weight = 0;
    for (const [k, share] of maps[g].weights) {
      if (k >= coefficientCount) continue;
      weight += share * (Math.max(0, motion[k]) - activity * removal[k]);
    }
    weight = Math.fround(clamp(weight, -1, 1.3));
    if (weight !== mixed[g]) isSame = false;
    if (weight !== 0) isActive = true;
    mixed[g] = weight;
  }
  creases.isActive = isActive;
  if (isSame || !isActive) return;
  change.fill(0);
  box[0] = width;
  box[1] = height;
  box[2] = box[3] = 0;
  for (let g = 0; g < maps.length; g++) {
    const weight = mixed[g];
    if (weight === 0) continue;
    const { x0, y0, w, h, own, lines } = maps[g];
    box[0] = Math.min(box[0], x0);
    box[1] = Math.min(box[1], y0);
    box[2] = Math.max(box[2], x0 + w);
    box[3] = Math.max(box[3], y0 + h);
    const ownShare = weight > 0 ? weight * ownGain : weight * softenGain;
    const lineShare = weight > 0 ? weight : 0;
    for (let y = 0; y < h; y++) {
      let to = (y + y0) * width + x0;
      for (let i = y * w; i < (y + 1) * w; i++) change[to++] += ownShare * own[i] + lineShare * lines[i];
    }
  }
}

/** Gives the frame's map to the loop that draws the surface: kernel/assembly/crease.ts. */
export function loadCreases(creases: Creases, kernel: Kernel): void {
  const { change, isActive, step, left, top, width, box, redder } = creases;
  if (isActive) {
    creases.loaded ??= kernel.floats(change.length);
    creases.loaded.set(change);
  }
  kernel.loops.prepareCreases(isActive && creases.loaded ? creases.loaded.byteOffset : 0, width, left, top, 1 / step, box[0], box[1], box[2], box[3], redder);
}
