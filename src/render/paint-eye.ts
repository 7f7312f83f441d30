/** Step 10: draws an eye: the lids at several samples a pixel, behind them the picture's own eyeball turned by the gaze, and over a closing lid skin that the picture hides. */
import { coefficientCount } from '../motion/channels.ts';
import { buildEyeball, buildLidSkin, type EyeTextures } from './eye-textures.ts';
import { clamp, smoothStep } from './geometry.ts';
import type { Head } from './head.ts';
import { leftIrisLandmarks, rightIrisLandmarks } from './landmarks.ts';
import type { Lid } from './lids.ts';
import type { Colour } from './light.ts';
import { buildOpening, drawOpening, type Opening, skinColour, skinStride } from './opening.ts';
import { invertMove, revertMove } from './pose.ts';
import type { Scene } from './scene.ts';
import { byteOf, type Canvas } from './surface.ts';
import { sampleCubic } from './texture.ts';

export interface EyePainter {
  lid: Lid;
  opening: Opening;
  /** Eyeball and lid skin, in the picture's place */
  textures: EyeTextures;
  iris: [number, number];
  irisRadius: number;
  /** Depth of the eyeball's front, pixels */
  depth: number;
  /** The picture's own opening at its widest, pixels */
  height: number;
  /** [52, 2] pixels that each channel moves the iris */
  gaze: Float32Array;
  lash: Colour;
  skin: Float64Array;
  point: Float64Array;
}

/** `extraSamples`: samples a pixel and axis beyond the usual. */
export function buildEyePainter(scene: Scene, lid: Lid, canvas: Canvas, lash: Colour, extraSamples = 0): EyePainter {
  const { head } = scene;
  const irisPoints = lid === scene.lids[0] ? rightIrisLandmarks : leftIrisLandmarks;
  const at = (i: number, axis: number): number => head.landmarks[i * 3 + axis];
  const iris: [number, number] = [at(irisPoints[0], 0), at(irisPoints[0], 1)];
  const irisRadius = irisPoints.slice(1).reduce((sum, i) => sum + Math.hypot(at(i, 0) - iris[0], at(i, 1) - iris[1]) / 4, 0);
  const opening = buildOpening(scene, lid.upper, lid.lower, [lid.upper, lid.lower], 0.7 * lid.width);
  opening.samples = (head.faceWidth < 500 ? 3 : 2) + extraSamples;
  const middle = lid.upper[lid.upper.length >> 1];
  const under = lid.lower[lid.lower.length >> 1];
  const textures = { ...buildEyeball(head, lid, iris, irisRadius, canvas), skin: buildLidSkin(head, lid, canvas) };
  return {
    lid,
    opening,
    textures,
    iris,
    irisRadius,
    depth: head.rest[middle * 3 + 2],
    height: Math.max(1, Math.hypot(head.rest[middle * 3] - head.rest[under * 3], head.rest[middle * 3 + 1] - head.rest[under * 3 + 1])),
    gaze: irisMotion(head, irisPoints[0]),
    lash,
    skin: new Float64Array(3),
    point: new Float64Array(2),
  };
}

/** How each channel moves the iris on the rig, [52, 2] pixels. */
function irisMotion(head: Head, landmark: number): Float32Array {
  const out = new Float32Array(coefficientCount * 2);
  head.modes.forEach(({ vertices, deltas }, k) => {
    for (let corner = 0; corner < 3; corner++) {
      const i = vertices.indexOf(head.rig.landmarkTriangles[landmark * 3 + corner]);
      if (i < 0) continue;
      for (let axis = 0; axis < 2; axis++) out[k * 2 + axis] += head.rig.landmarkWeights[landmark * 3 + corner] * deltas[i * 3 + axis];
    }
  });
  return out;
}

/** The iris travels at most this share of the eye's width. */
const furthestGaze = 0.25;

/** Draws one eye of the posed scene into `out` [height, width, 3]. motion [58]; closure 0..1. */
export function paintEye(painter: EyePainter, scene: Scene, canvas: Canvas, motion: Float32Array, closure: number, out: Uint8Array): void {
  const { opening, lid } = painter;
  if (!drawOpening(opening, canvas.width, canvas.height, 3 + 0.9 * painter.height * closure)) return;
  if (closure > 0.05) coverLid(painter, scene, canvas, out);
  paintBall(painter, scene, canvas, motion, out);
  if (closure > 0.2) drawLashes(painter, canvas.width, smoothStep(0.2, 0.9, closure), lid.width, out);
}

/** A lid that has come down by this share of the eye's height begins, and ends, to show skin that the picture hides. */
const hiddenFrom = 0.22;
const hiddenTo = 0.7;

/** Stretched lid skin gives way to skin guessed from around the eye. */
function coverLid(painter: EyePainter, scene: Scene, canvas: Canvas, out: Uint8Array): void {
  const { opening, point, height, lid, textures } = painter;
  const w = opening.x1 - opening.x0;
  const h = opening.y1 - opening.y0;
  const [boxX, boxY, boxRight] = scene.grid.box;
  const { depth, codes } = canvas.face;
  for (let pixel = 0; pixel < w * h; pixel++) {
    const from = pixel * skinStride;
    if (opening.skinSums[from] < 0.3) continue;
    const x = opening.x0 + (pixel % w);
    const y = opening.y0 + Math.floor(pixel / w);
    // The drop is the skin's own: on the eye's plane a nodding head would drop the brow, which lies before it.
    const drawn = (y - boxY) * (boxRight - boxX) + x - boxX;
    if (codes[drawn]) revertMove(scene.move, x + 0.5, y + 0.5, depth[drawn], point);
    else invertMove(scene.move, x + 0.5, y + 0.5, painter.depth, point);
    const dropped = (point[0] - opening.skinSums[from + 1]) * lid.down[0] + (point[1] - opening.skinSums[from + 2]) * lid.down[1];
    const cover = 0.92 * smoothStep(hiddenFrom * height, hiddenTo * height, dropped);
    if (cover <= 0.004) continue;
    sampleCubic(textures.skin, point[0] - textures.x, point[1] - textures.y, canvas.sample);
    const to = (y * canvas.width + x) * 3;
    for (let c = 0; c < 3; c++) out[to + c] = byteOf(out[to + c] + (canvas.sample[c] - out[to + c]) * cover);
  }
}

/** Eyeball colours where they are turned by less than this (pixels) come from the picture itself. */
const turnedFrom = 0.15;
const turnedTo = 0.8;

function paintBall(painter: EyePainter, scene: Scene, canvas: Canvas, motion: Float32Array, out: Uint8Array): void {
  const { opening, textures, skin, point, gaze, lid } = painter;
  const { sample } = canvas;
  let gx = 0;
  let gy = 0;
  for (let k = 0; k < coefficientCount; k++) {
    gx += motion[k] * gaze[k * 2];
    gy += motion[k] * gaze[k * 2 + 1];
  }
  const limit = Math.min(1, (furthestGaze * lid.width) / (Math.hypot(gx, gy) || 1));
  gx *= limit;
  gy *= limit;
  const shift = Math.hypot(gx, gy);
  const w = opening.x1 - opening.x0;
  const h = opening.y1 - opening.y0;
  for (let pixel = 0; pixel < w * h; pixel++) {
    const x = opening.x0 + (pixel % w);
    const y = opening.y0 + Math.floor(pixel / w);
    const to = (y * canvas.width + x) * 3;
    const hole = skinColour(opening, pixel, out, to, canvas.texture, sample, skin);
    if (hole < 0) continue;
    invertMove(scene.move, x + 0.5, y + 0.5, painter.depth, point);
    // The iris moves as a whole; the white beside it is pushed and stretched (fixed point of p = s + g k(s)).
    const towards = turned(painter, point[0], point[1]);
    const again = turned(painter, point[0] - gx * towards, point[1] - gy * towards);
    sampleCubic(textures.ball, point[0] - gx * again - textures.x, point[1] - gy * again - textures.y, sample);
    let r = sample[0];
    let g = sample[1];
    let b = sample[2];
    const isBall = clamp(sample[3] / 255, 0, 1);
    const own = 1 - smoothStep(turnedFrom, turnedTo, shift * again);
    if (own > 0) {
      sampleCubic(textures.own, point[0] - textures.x, point[1] - textures.y, sample);
      r += (sample[0] - r) * own;
      g += (sample[1] - g) * own;
      b += (sample[2] - b) * own;
    }
    const drawn = hole * (1 - isBall);
    out[to] = byteOf(skin[0] + hole * isBall * r + drawn * out[to]);
    out[to + 1] = byteOf(skin[1] + hole * isBall * g + drawn * out[to + 1]);
    out[to + 2] = byteOf(skin[2] + hole * isBall * b + drawn * out[to + 2]);
  }
}

/** How far a point of the eyeball follows the gaze, 0..1. */
function turned({ iris, irisRadius }: EyePainter, x: number, y: number): number {
  return 1 - smoothStep(1.1 * irisRadius, 2.7 * irisRadius, Math.sqrt((x - iris[0]) ** 2 + (y - iris[1]) ** 2));
}

/** Half thickness of a closed eye's lash line, share of the eye's width. */
const lashThickness = 0.03;

/** The line of lashes along the upper lid's margin; strength 0..1. */
function drawLashes({ opening, lash }: EyePainter, canvasWidth: number, strength: number, eyeWidth: number, out: Uint8Array): void {
  const { upper, skin, x0, y0, x1, y1 } = opening;
  const thickness = Math.max(0.8, lashThickness * eyeWidth);
  let top = Number.POSITIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < upper.length; i++) {
    top = Math.min(top, skin.positions[upper[i] * 3 + 1]);
    bottom = Math.max(bottom, skin.positions[upper[i] * 3 + 1]);
  }
  const yStart = Math.max(y0, Math.floor(top - 3 * thickness));
  const yEnd = Math.min(y1, Math.ceil(bottom + 3 * thickness));
  for (let y = yStart; y < yEnd; y++) {
    for (let x = x0; x < x1; x++) {
      let best = 9 * thickness * thickness;
      let place = 0;
      for (let i = 0; i + 1 < upper.length; i++) {
        const ax = skin.positions[upper[i] * 3];
        const ay = skin.positions[upper[i] * 3 + 1];
        const dx = skin.positions[upper[i + 1] * 3] - ax;
        const dy = skin.positions[upper[i + 1] * 3 + 1] - ay;
        const t = clamp(((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
        const squared = (ax + t * dx - x - 0.5) ** 2 + (ay + t * dy - y - 0.5) ** 2;
        if (squared < best) {
          best = squared;
          place = (i + t) / (upper.length - 1);
        }
      }
      if (best >= 9 * thickness * thickness) continue;
      const taper = 0.35 + 0.65 * Math.sin(Math.PI * place);
      const cover = 0.75 * strength * taper * Math.exp(-best / (thickness * taper) ** 2);
      const to = (y * canvasWidth + x) * 3;
      for (let c = 0; c < 3; c++) out[to + c] = byteOf(out[to + c] + (Math.min(lash[c], out[to + c]) - out[to + c]) * cover);
    }
  }
}
