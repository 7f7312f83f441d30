/** Step 10: draws an eye: the lids at several samples a pixel, behind them the picture's own eyeball turned by the gaze, and over a closing lid skin that the picture hides. */
import { coefficientCount } from '../../motion/channels.ts';
import { acrossEye, belowCorners, type Curve, createCurve, heightAt, traceMargin } from './eye-axes.ts';
import { buildEyeball, type EyeTextures } from './eye-textures.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import { leftIrisLandmarks, rightIrisLandmarks } from '../../rig/landmarks.ts';
import { type Lashes, lashAt, measureLashes } from './lashes.ts';
import { buildLidSkin } from './lid-skin.ts';
import type { Lid } from './lids.ts';
import type { Colour } from '../skin/light.ts';
import { buildOpening, drawOpening, type Opening, skinColour, skinStride } from '../drawing/opening.ts';
import { invertMove, revertMove } from '../rig/pose.ts';
import type { Scene } from '../scene.ts';
import { byteOf, type Canvas } from '../drawing/surface.ts';
import { sampleCubic } from '../drawing/texture.ts';

export interface EyePainter {
  lid: Lid;
  opening: Opening;
  /** Eyeball and lid skin, in the picture's place */
  textures: EyeTextures;
  iris: [number, number];
  irisRadius: number;
  /** Depth of the eyeball's front, pixels */
  depth: number;
  /** [52, 2] pixels that each channel moves the iris */
  gaze: Float32Array;
  lashes: Lashes;
  /** This frame's shift of the iris, pixels */
  moved: Float64Array;
  /** The open eye's height, eye widths */
  height: number;
  /** The upper margin at rest, and in this frame */
  open: Curve;
  margin: Curve;
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
  const textures = { ...buildEyeball(head, lid, iris, irisRadius, canvas), skin: buildLidSkin(head, lid, scene.glasses, canvas) };
  const open = traceMargin(lid, lid.upper, head.rest, null, createCurve(lid.upper));
  const under = traceMargin(lid, lid.lower, head.rest, null, createCurve(lid.lower));
  return {
    lid,
    opening,
    textures,
    iris,
    irisRadius,
    depth: head.rest[middle * 3 + 2],
    gaze: irisMotion(head, irisPoints[0]),
    lashes: measureLashes(head, lid, textures, textures.skin, canvas, lash),
    moved: new Float64Array(2),
    height: Math.max(0, heightAt(under, 0.5) - heightAt(open, 0.5)),
    open,
    margin: createCurve(lid.upper),
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

/** Closures at which the open lid's lashes begin to give way to drawn ones, and have. */
const closingFrom = 0.03;
const closingTo = 0.4;
/** Room around the lids for lashes and lid skin, eye widths. */
const room = 0.36;

/** Draws one eye of the posed scene into `out` [height, width, 3]. motion [58]; `asked`: its closure 0..1. */
export function paintEye(painter: EyePainter, scene: Scene, canvas: Canvas, motion: Float32Array, asked: number, out: Uint8Array): void {
  const seen = 1 - scene.glasses.darkness;
  if (seen === 0) return;
  const closure = asked * seen;
  const { opening, lid, point, skin, lashes, margin } = painter;
  const { sample } = canvas;
  const closing = smoothStep(closingFrom, closingTo, closure);
  if (!drawOpening(opening, canvas.width, canvas.height, 3 + (closing > 0 ? (room + painter.height * closure) * lid.width : 0))) return;
  const { rest } = scene.head;
  traceMargin(lid, lid.upper, rest, scene.displacements, margin);
  const gaze = gazeOf(painter, motion);
  const [boxX, boxY, boxRight] = scene.grid.box;
  const { depth, codes } = canvas.face;
  const w = opening.x1 - opening.x0;
  const h = opening.y1 - opening.y0;
  for (let pixel = 0; pixel < w * h; pixel++) {
    const x = opening.x0 + (pixel % w);
    const y = opening.y0 + Math.floor(pixel / w);
    const to = (y * canvas.width + x) * 3;
    const hole = skinColour(opening, pixel, out, to, canvas.texture, sample, skin);
    if (hole < 0) {
      if (closing === 0 || !canChange(painter, pixel)) continue;
      for (let c = 0; c < 3; c++) skin[c] = out[to + c];
    }
    invertMove(scene.move, x + 0.5, y + 0.5, painter.depth, point);
    const ballX = point[0];
    const ballY = point[1];
    if (closing > 0) {
      // Where skin is seen its own depth is known: on the eye's plane a nodding head would drop the brow, which lies before it.
      const drawn = (y - boxY) * (boxRight - boxX) + x - boxX;
      if (hole <= 0 && codes[drawn]) revertMove(scene.move, x + 0.5, y + 0.5, depth[drawn], point);
      coverSkin(painter, canvas, rest, pixel, closure, closing, Math.max(0, hole));
    }
    if (hole > 0) addBall(painter, canvas, ballX, ballY, gaze, hole, out, to);
    if (closing > 0) {
      const across = acrossEye(lid, rest, point[0], point[1]);
      const cover = closing * lashAt(lashes, margin, across, belowCorners(lid, rest, point[0], point[1]), closure, painter.textures.skin.form, 1 / lid.width);
      if (cover > 0.004) for (let c = 0; c < 3; c++) skin[c] += (Math.min(lashes.drawn[c], skin[c]) - skin[c]) * cover;
    }
    for (let c = 0; c < 3; c++) out[to + c] = byteOf(skin[c]);
  }
}

/** Whether a blink reaches the skin that a pixel of the box shows: most of the box it does not, and need not be looked at further. */
function canChange({ opening, textures }: EyePainter, pixel: number): boolean {
  const from = pixel * skinStride;
  if (opening.skinSums[from] === 0) return false;
  const { width, height, data } = textures.skin.grain;
  const x = Math.floor(opening.skinSums[from + 1] - textures.x);
  const y = Math.floor(opening.skinSums[from + 2] - textures.y);
  return x >= 0 && y >= 0 && x < width && y < height && data[(y * width + x) * 4 + 3] > 0;
}

/** How much lighter a shut lid is in its middle, and darker where it turns under. */
const lidLight = 0.08;
const lidShade = 0.14;
/** The fold above a shut lid lies in shade. */
const foldShade = 0.07;

/** Replaces the open lid's lashes and stretched edge in `painter.skin` (the colour times 1 - hole) by lid skin. `painter.point`: the pixel on the unmoved head. */
function coverSkin({ textures, opening, lid, point, skin, open, margin }: EyePainter, { sample }: Canvas, rest: Float32Array, pixel: number, closure: number, closing: number, hole: number): void {
  const from = pixel * skinStride;
  if (opening.skinSums[from] === 0) return;
  sampleCubic(textures.skin.colour, opening.skinSums[from + 1] - textures.x, opening.skinSums[from + 2] - textures.y, sample);
  const cover = closing * clamp(sample[3] / 255, 0, 1);
  if (cover <= 0.004) return;
  const x = acrossEye(lid, rest, point[0], point[1]);
  const top = heightAt(open, x);
  const drop = heightAt(margin, x) - top;
  const down = clamp((belowCorners(lid, rest, point[0], point[1]) - top) / Math.max(0.08, drop), 0, 1);
  const round = textures.skin.form * closure * smoothStep(0, 0.2, drop) * (lidLight * Math.sin(Math.PI * down) - lidShade * down * down * down - foldShade * Math.exp(-40 * (down - 0.06) * (down - 0.06)));
  const shade = opening.skinSums[from + 3] * (1 + round);
  const [r, g, b] = sample;
  sampleCubic(textures.skin.grain, point[0] - textures.x, point[1] - textures.y, sample);
  const share = cover * (1 - hole);
  skin[0] += cover * -skin[0] + share * (r * shade + sample[0]);
  skin[1] += cover * -skin[1] + share * (g * shade + sample[0]);
  skin[2] += cover * -skin[2] + share * (b * shade + sample[0]);
}

/** Eyeball colours where they are turned by less than this (pixels) come from the picture itself. */
const turnedFrom = 0.15;
const turnedTo = 0.8;

/** A catch light is the lamp's image in the cornea: it stays behind as the eye turns, and follows by this share of the iris' way (a sphere of half the eyeball's radius turns under it). */
const lightFollowing = 0.35;

/** Where the gaze takes the iris, pixels, in `painter.moved`. */
function gazeOf({ gaze, lid, moved }: EyePainter, motion: Float32Array): Float64Array {
  moved.fill(0);
  for (let k = 0; k < coefficientCount; k++) {
    moved[0] += motion[k] * gaze[k * 2];
    moved[1] += motion[k] * gaze[k * 2 + 1];
  }
  const limit = Math.min(1, (furthestGaze * lid.width) / (Math.hypot(moved[0], moved[1]) || 1));
  moved[0] *= limit;
  moved[1] *= limit;
  return moved;
}

/** Adds to `painter.skin` the share `hole` of a pixel that shows the eyeball at the picture's (x, y), turned by `gaze` pixels. */
function addBall(painter: EyePainter, { sample }: Canvas, x: number, y: number, gaze: Float64Array, hole: number, out: Uint8Array, to: number): void {
  const { textures, skin } = painter;
  // The iris moves as a whole; the white beside it is pushed and stretched (fixed point of p = s + g k(s)).
  const towards = turned(painter, x, y);
  const again = turned(painter, x - gaze[0] * towards, y - gaze[1] * towards);
  sampleCubic(textures.ball, x - gaze[0] * again - textures.x, y - gaze[1] * again - textures.y, sample);
  let r = sample[0];
  let g = sample[1];
  let b = sample[2];
  const isBall = clamp(sample[3] / 255, 0, 1);
  const own = 1 - smoothStep(turnedFrom, turnedTo, Math.hypot(gaze[0], gaze[1]) * again);
  if (own > 0) {
    sampleCubic(textures.own, x - textures.x, y - textures.y, sample);
    r += (sample[0] - r) * own;
    g += (sample[1] - g) * own;
    b += (sample[2] - b) * own;
  }
  if (own < 1) {
    sampleCubic(textures.own, x - lightFollowing * gaze[0] - textures.x, y - lightFollowing * gaze[1] - textures.y, sample);
    const light = sample[3] * (1 - own);
    r += light;
    g += light;
    b += light;
  }
  const drawn = hole * (1 - isBall);
  skin[0] += hole * isBall * r + drawn * out[to];
  skin[1] += hole * isBall * g + drawn * out[to + 1];
  skin[2] += hole * isBall * b + drawn * out[to + 2];
}

/** How far a point of the eyeball follows the gaze, 0..1. */
function turned({ iris, irisRadius }: EyePainter, x: number, y: number): number {
  return 1 - smoothStep(1.1 * irisRadius, 2.7 * irisRadius, Math.sqrt((x - iris[0]) ** 2 + (y - iris[1]) ** 2));
}
