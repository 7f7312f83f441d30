/** Step 7: draws the mouth: lips at several samples a pixel, and behind them teeth, gums, tongue and cavity in the picture's light. */
import { type Blur, blurInPlace, gaussianBlur } from '../drawing/filters.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import type { MouthColours } from '../skin/light.ts';
import { widestGap } from './lips.ts';
import { buildOpening, drawOpening, type Opening, skinColour } from '../drawing/opening.ts';
import { type OwnTeeth, ownToothAt } from './own-teeth.ts';
import { invertMove } from '../rig/pose.ts';
import type { Scene } from '../scene.ts';
import { buildPower, buildShader, type InsideShader, powerAt, shadeInside } from './shade-inside.ts';
import { byteOf, type Canvas } from '../drawing/surface.ts';
import { sampleCubic } from '../drawing/texture.ts';

export interface MouthPainter {
  opening: Opening;
  shader: InsideShader;
  own: OwnTeeth | null;
  sideLight: [number, number];
  softness: Blur;
  lipShadow: Blur;
  shadowDrop: number;
  /** Planes of the box: red, green, blue (times share), blurred opening, scratch, the lips' shadow 0..1 */
  planes: Float32Array[];
  skin: Float64Array;
  point: Float64Array;
}

/** Faces wider than these many pixels need fewer samples for the same smoothness. */
const samplesFor = (faceWidth: number): number => (faceWidth < 360 ? 3 : 2);

/** `extraSamples`: samples a pixel and axis beyond the usual. */
export function buildMouthPainter(scene: Scene, colours: MouthColours, softness: number, extraSamples = 0): MouthPainter {
  const { head } = scene;
  const { upperLipSeam, lowerLipSeam, upperLipOuter, lowerLipOuter } = head.rig;
  const opening = buildOpening(scene, upperLipSeam, lowerLipSeam, [upperLipSeam, lowerLipSeam, upperLipOuter, lowerLipOuter], 0.3 * head.faceWidth);
  opening.isSealed = true;
  opening.samples = samplesFor(head.faceWidth) + extraSamples;
  const { line } = colours.style;
  return {
    opening,
    shader: buildShader(colours),
    own: scene.ownTeeth,
    sideLight: colours.sideLight,
    softness: gaussianBlur(Math.max(0.35, softness * (1 - 0.6 * line))),
    lipShadow: gaussianBlur(Math.max(0.5, 0.016 * head.scale)),
    shadowDrop: Math.round(0.018 * head.scale),
    planes: [],
    skin: new Float64Array(3),
    point: new Float64Array(2),
  };
}

/** Draws the mouth of the posed scene into `out` [height, width, 3]. */
export function paintMouth(painter: MouthPainter, scene: Scene, canvas: Canvas, out: Uint8Array): void {
  const { opening } = painter;
  if (!drawOpening(opening, canvas.width, canvas.height, 3 + 0.01 * scene.head.faceWidth)) return;
  const w = opening.x1 - opening.x0;
  const h = opening.y1 - opening.y0;
  reserve(painter, w * h);
  const { planes, softness, skin } = painter;
  const [red, green, blue, share, scratch] = planes;
  if (opening.isOpen) {
    const { head, lips, interior } = scene;
    const lipDepth = frontOf(opening.skin.positions, head.rig.upperLipSeam, head.rig.lowerLipSeam);
    shadeInside(painter.shader, interior, opening, planes, w, h, lipDepth, head.scale, widestGap(lips) / head.scale);
    shadowInside(painter, scene, w, h);
    mixOwnMouth(painter, scene, canvas, w, h);
    for (let c = 0; c < 3; c++) blurInPlace(planes[c], scratch, w, h, softness);
    share.set(opening.behind.subarray(0, w * h));
    blurInPlace(share, scratch, w, h, softness);
    keepOwnTeeth(painter, scene, canvas, w, h);
  }
  for (let pixel = 0; pixel < w * h; pixel++) {
    const to = ((opening.y0 + Math.floor(pixel / w)) * canvas.width + opening.x0 + (pixel % w)) * 3;
    const hole = skinColour(opening, pixel, out, to, canvas.texture, canvas.sample, skin);
    if (hole < 0) continue;
    const scale = hole > 0 ? hole / Math.max(1e-3, share[pixel]) : 0;
    out[to] = byteOf(skin[0] + red[pixel] * scale);
    out[to + 1] = byteOf(skin[1] + green[pixel] * scale);
    out[to + 2] = byteOf(skin[2] + blue[pixel] * scale);
  }
}

function reserve(painter: MouthPainter, size: number): void {
  if ((painter.planes[0]?.length ?? 0) >= size) return;
  painter.planes = Array.from({ length: 6 }, () => new Float32Array(Math.ceil(size * 1.3)));
}

function frontOf(positions: Float32Array, ...chains: Uint32Array[]): number {
  let front = Number.NEGATIVE_INFINITY;
  for (const chain of chains) for (let i = 0; i < chain.length; i++) front = Math.max(front, positions[chain[i] * 3 + 2]);
  return front;
}

/** The lips' shadow (the blurred opening, and the same shifted down), the dark towards the corners, and light from one side. */
function shadowInside(painter: MouthPainter, scene: Scene, w: number, h: number): void {
  const { opening, planes, lipShadow, shadowDrop, shader } = painter;
  const [powerRed, powerGreen, powerBlue] = shader.powers;
  const [red, green, blue, open, scratch, shadow] = planes;
  const { positions } = opening.skin;
  open.set(opening.behind.subarray(0, w * h));
  blurInPlace(open, scratch, w, h, lipShadow);
  const { upperLipSeam } = scene.head.rig;
  const a = upperLipSeam[0] * 3;
  const b = upperLipSeam[upperLipSeam.length - 1] * 3;
  const half = Math.hypot(positions[b] - positions[a], positions[b + 1] - positions[a + 1]) / 2 || 1;
  const ax = (positions[b] - positions[a]) / (2 * half);
  const ay = (positions[b + 1] - positions[a + 1]) / (2 * half);
  const cx = (positions[b] + positions[a]) / 2;
  const cy = (positions[b + 1] + positions[a + 1]) / 2;
  const [left, right] = painter.sideLight;
  const plain = 0.8 * shader.unshaded;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const pixel = y * w + x;
      if (opening.behind[pixel] === 0) continue;
      const above = y >= shadowDrop ? open[pixel - shadowDrop * w] : 0;
      const covered = powerAt(shadowPower, clamp(1.45 * (0.5 * open[pixel] + 0.5 * above) - 0.02, 0, 1));
      const place = clamp(((opening.x0 + x + 0.5 - cx) * ax + (opening.y0 + y + 0.5 - cy) * ay) / half, -1, 1);
      const aside = place < 0 ? -place : place;
      const corner = 1 - 0.82 * powerAt(cornerPower, clamp((aside - 0.55) / 0.42, 0, 1));
      const occlusion = covered * corner;
      shadow[pixel] = occlusion;
      const shade = Math.max(0.015, occlusion * (left + (right - left) * (0.5 + 0.5 * place)));
      const kept = shade + (1 - shade) * plain;
      red[pixel] *= powerAt(powerRed, kept);
      green[pixel] *= powerAt(powerGreen, kept);
      blue[pixel] *= powerAt(powerBlue, kept);
    }
  }
}

const shadowPower = buildPower(0.8);
const cornerPower = buildPower(1.2);

/** How much of the lips' shadow falls on teeth that have the picture's own shadows already. */
const ownShadow = 0.45;

/** Teeth that the picture shows stay where the skull has them: the picture's own pixels in place of the made ones. They are as soft as the picture already. */
function keepOwnTeeth({ opening, planes, own, point }: MouthPainter, scene: Scene, canvas: Canvas, w: number, h: number): void {
  if (!own) return;
  const [red, green, blue, share, , shadow] = planes;
  const { move } = scene;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const pixel = y * w + x;
      if (opening.behind[pixel] === 0) continue;
      invertMove(move, opening.x0 + x + 0.5, opening.y0 + y + 0.5, scene.interior.toothDepth, point);
      const weight = ownToothAt(own, point[0], point[1]);
      if (weight === 0) continue;
      sampleCubic(canvas.texture, point[0], point[1], canvas.sample);
      const shade = (1 - ownShadow + ownShadow * shadow[pixel]) * share[pixel];
      red[pixel] += (canvas.sample[0] * shade - red[pixel]) * weight;
      green[pixel] += (canvas.sample[1] * shade - green[pixel]) * weight;
      blue[pixel] += (canvas.sample[2] * shade - blue[pixel]) * weight;
    }
  }
}

/** A mouth that is open in the picture shows its own inside as long as it is open as there, and does not speak. */
function mixOwnMouth(painter: MouthPainter, scene: Scene, canvas: Canvas, w: number, h: number): void {
  const { opening, planes, point } = painter;
  const { lips, head, move } = scene;
  let change = 0;
  for (let i = 0; i < lips.gap.length; i++) change = Math.max(change, Math.abs(lips.gap[i] - Math.max(0, lips.restGap[i])));
  const atRest = (1 - smoothStep(0.004, 0.03, change / head.faceHeight)) * (1 - smoothStep(0.1, 0.6, scene.activity));
  if (atRest === 0) return;
  const [red, green, blue] = planes;
  const seam = head.rig.upperLipSeam;
  const depth = head.rest[seam[seam.length >> 1] * 3 + 2];
  for (let pixel = 0; pixel < w * h; pixel++) {
    const share = opening.behind[pixel];
    if (share === 0) continue;
    invertMove(move, opening.x0 + (pixel % w) + 0.5, opening.y0 + Math.floor(pixel / w) + 0.5, depth, point);
    sampleCubic(canvas.texture, point[0], point[1], canvas.sample);
    red[pixel] += (canvas.sample[0] * share - red[pixel]) * atRest;
    green[pixel] += (canvas.sample[1] * share - green[pixel]) * atRest;
    blue[pixel] += (canvas.sample[2] * share - blue[pixel]) * atRest;
  }
}
