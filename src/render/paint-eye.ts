/** Step 10: draws an eye: the lids at several samples a pixel, and behind them the picture's own eyeball, turned by the gaze. */
import { coefficientCount } from '../motion/channels.ts';
import { loopOf } from './face.ts';
import { fillUnknown } from './filters.ts';
import { clamp, signedDistance, smoothStep } from './geometry.ts';
import type { Head } from './head.ts';
import { leftIrisLandmarks, rightIrisLandmarks } from './landmarks.ts';
import type { Lid } from './lids.ts';
import { buildOpening, drawOpening, type Opening, skinColour } from './opening.ts';
import { invertMove } from './pose.ts';
import type { Scene } from './scene.ts';
import { byteOf, type Canvas } from './surface.ts';
import { sampleCubic, type Texture, textureScale } from './texture.ts';

export interface EyePainter {
  opening: Opening;
  /** The eyeball as far as the picture shows it, filled in under the lids; covers the picture from `x`, `y` on */
  ball: Texture;
  x: number;
  y: number;
  iris: [number, number];
  irisRadius: number;
  /** Depth of the eyeball's front, pixels */
  depth: number;
  width: number;
  /** [52, 2] pixels that each channel moves the iris */
  gaze: Float32Array;
  skin: Float64Array;
  point: Float64Array;
}

export function buildEyePainter(scene: Scene, lid: Lid, canvas: Canvas): EyePainter {
  const { head } = scene;
  const irisPoints = lid === scene.lids[0] ? rightIrisLandmarks : leftIrisLandmarks;
  const at = (i: number, axis: number): number => head.landmarks[i * 3 + axis];
  const iris: [number, number] = [at(irisPoints[0], 0), at(irisPoints[0], 1)];
  const irisRadius = irisPoints.slice(1).reduce((sum, i) => sum + Math.hypot(at(i, 0) - iris[0], at(i, 1) - iris[1]) / 4, 0);
  const loop = loopOf(head.rest, lid.upper, lid.lower);
  const { ball, x, y } = buildBall(loop, iris, irisRadius, lid.width, canvas);
  const opening = buildOpening(scene, lid.upper, lid.lower, 0.6 * lid.width);
  opening.samples = head.faceWidth < 500 ? 3 : 2;
  const middle = lid.upper[lid.upper.length >> 1];
  return {
    opening,
    ball,
    x,
    y,
    iris,
    irisRadius,
    depth: head.rest[middle * 3 + 2],
    width: lid.width,
    gaze: irisMotion(head, irisPoints[0]),
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

/** The picture around the eye, with lids replaced by eyeball: the iris by its own other half, the white by its surroundings. */
function buildBall(loop: Float64Array, iris: readonly [number, number], radius: number, eyeWidth: number, { rgb, width, height }: Canvas): { ball: Texture; x: number; y: number } {
  const margin = Math.ceil(0.5 * eyeWidth);
  const xs = Array.from({ length: loop.length / 2 }, (_, i) => loop[i * 2]);
  const ys = Array.from({ length: loop.length / 2 }, (_, i) => loop[i * 2 + 1]);
  const x0 = clamp(Math.floor(Math.min(...xs)) - margin, 0, width - 1);
  const y0 = clamp(Math.floor(Math.min(...ys)) - margin, 0, height - 1);
  const w = clamp(Math.ceil(Math.max(...xs)) + margin, x0 + 1, width) - x0;
  const h = clamp(Math.ceil(Math.max(...ys)) + margin, y0 + 1, height) - y0;
  const planes = [0, 1, 2].map(() => new Float32Array(w * h));
  const known = new Float32Array(w * h);
  for (let i = 0; i < w * h; i++) {
    const x = x0 + (i % w) + 0.5;
    const y = y0 + Math.floor(i / w) + 0.5;
    let [sx, sy, dim] = [x, y, 1];
    let inside = signedDistance(loop, x, y) > 0.3;
    if (!inside && Math.hypot(x - iris[0], y - iris[1]) < radius) {
      [sx, sy, dim] = [2 * iris[0] - x, 2 * iris[1] - y, 0.85];
      inside = signedDistance(loop, sx, sy) > 1;
    }
    if (!inside) continue;
    known[i] = 1;
    const from = (clamp(Math.floor(sy), 0, height - 1) * width + clamp(Math.floor(sx), 0, width - 1)) * 3;
    for (let c = 0; c < 3; c++) planes[c][i] = rgb[from + c] * dim;
  }
  const filled = fillUnknown(planes, known, w, h);
  const data = new Int16Array(w * h * 4);
  for (let i = 0; i < w * h; i++) for (let c = 0; c < 3; c++) data[i * 4 + c] = Math.round(filled[c][i] * textureScale);
  return { ball: { width: w, height: h, data }, x: x0, y: y0 };
}

/** The iris travels at most this share of the eye's width. */
const furthestGaze = 0.25;

/** Draws one eye of the posed scene into `out` [height, width, 3]. motion [58]. */
export function paintEye(painter: EyePainter, scene: Scene, canvas: Canvas, motion: Float32Array, out: Uint8Array): void {
  const { opening, ball, skin, point, gaze } = painter;
  if (!drawOpening(opening, canvas.width, canvas.height, 2)) return;
  let gx = 0;
  let gy = 0;
  for (let k = 0; k < coefficientCount; k++) {
    gx += motion[k] * gaze[k * 2];
    gy += motion[k] * gaze[k * 2 + 1];
  }
  const length = Math.hypot(gx, gy);
  const limit = Math.min(1, (furthestGaze * painter.width) / (length || 1));
  gx *= limit;
  gy *= limit;
  const w = opening.x1 - opening.x0;
  const h = opening.y1 - opening.y0;
  for (let pixel = 0; pixel < w * h; pixel++) {
    const x = opening.x0 + (pixel % w);
    const y = opening.y0 + Math.floor(pixel / w);
    const to = (y * canvas.width + x) * 3;
    const hole = skinColour(opening, pixel, out, to, canvas.texture, canvas.sample, skin);
    if (hole < 0) continue;
    invertMove(scene.move, x + 0.5, y + 0.5, painter.depth, point);
    // The iris moves as a whole; the white beside it is pushed and stretched (fixed point of p = s + g k(s)).
    const towards = turned(painter, point[0], point[1]);
    const again = turned(painter, point[0] - gx * towards, point[1] - gy * towards);
    sampleCubic(ball, point[0] - gx * again - painter.x, point[1] - gy * again - painter.y, canvas.sample);
    out[to] = byteOf(skin[0] + hole * canvas.sample[0]);
    out[to + 1] = byteOf(skin[1] + hole * canvas.sample[1]);
    out[to + 2] = byteOf(skin[2] + hole * canvas.sample[2]);
  }
}

/** How far a point of the eyeball follows the gaze, 0..1. */
function turned({ iris, irisRadius }: EyePainter, x: number, y: number): number {
  return 1 - smoothStep(1.1 * irisRadius, 2.7 * irisRadius, Math.hypot(x - iris[0], y - iris[1]));
}
