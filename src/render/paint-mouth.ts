/** Step 7: draws the mouth: lips at several samples a pixel, and behind them teeth, gums, tongue and cavity in the picture's light. */
import { type Blur, blurInPlace, gaussianBlur } from './filters.ts';
import { clamp, smoothStep } from './geometry.ts';
import type { Colour, MouthColours } from './light.ts';
import { interiorChannels, interiorCode } from './mouth.ts';
import { buildOpening, drawOpening, holeCode, type Opening, skinColour } from './opening.ts';
import { invertMove } from './pose.ts';
import { clearTarget, createTarget, drawMesh, type RasterTarget } from './raster.ts';
import { part } from './rig.ts';
import type { Scene } from './scene.ts';
import { byteOf, type Canvas } from './surface.ts';
import { sampleCubic } from './texture.ts';

export interface MouthPainter {
  opening: Opening;
  target: RasterTarget;
  /** Albedo by interior code, 0..255 */
  albedo: Colour[];
  exponents: Colour;
  sideLight: [number, number];
  softness: Blur;
  lipShadow: Blur;
  shadowDrop: number;
  /** Planes of the box: red, green, blue (times share), blurred opening, scratch */
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
  opening.samples = samplesFor(head.faceWidth) + extraSamples;
  const albedo: Colour[] = [];
  albedo[interiorCode + part.cavity] = colours.cavity;
  albedo[interiorCode + part.upperGum] = colours.gum;
  albedo[interiorCode + part.lowerGum] = colours.gum;
  albedo[interiorCode + part.upperTeeth] = colours.teeth;
  albedo[interiorCode + part.lowerTeeth] = colours.teeth.map((value) => value * 0.93) as Colour;
  albedo[interiorCode + part.tongue] = colours.tongue;
  return {
    opening,
    target: createTarget(interiorChannels),
    albedo,
    exponents: colours.shadeExponents,
    sideLight: colours.sideLight,
    softness: gaussianBlur(Math.max(0.35, softness)),
    lipShadow: gaussianBlur(Math.max(0.5, 0.016 * head.scale)),
    shadowDrop: Math.round(0.018 * head.scale),
    planes: [],
    skin: new Float64Array(3),
    point: new Float64Array(2),
  };
}

/** The cavity's walls see less light than what stands in it. */
const cavityDim = 0.75;
/** Even the throat is not black. */
const deepest = 0.3;
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
    shadeInside(painter, scene, w, h);
    shadowInside(painter, scene, w, h);
    mixOwnMouth(painter, scene, canvas, w, h);
    for (let c = 0; c < 3; c++) blurInPlace(planes[c], scratch, w, h, softness);
    share.set(opening.behind.subarray(0, w * h));
    blurInPlace(share, scratch, w, h, softness);
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
  painter.planes = Array.from({ length: 5 }, () => new Float32Array(Math.ceil(size * 1.3)));
}

/** Surface colours inside, lit from the front and a little from above, darker with depth; sums of samples times share into the planes. */
function shadeInside(painter: MouthPainter, scene: Scene, w: number, h: number): void {
  const { opening, target, albedo, exponents } = painter;
  const [shadeRed, shadeGreen, shadeBlue] = exponents;
  const { samples } = opening;
  const { scale, rig } = scene.head;
  for (let c = 0; c < 3; c++) painter.planes[c].fill(0, 0, w * h);
  clearTarget(target, w * samples, h * samples);
  drawMesh(target, scene.interior.mesh, { x: opening.x0, y: opening.y0, scale: samples }, 'both');
  const lipDepth = frontOf(opening.skin.positions, rig.upperLipSeam, rig.lowerLipSeam);
  const share = 1 / (samples * samples);
  const [red, green, blue] = painter.planes;
  const deep = albedo[interiorCode + part.cavity];
  const skinTarget = opening.target;
  const tongueCode = interiorCode + part.tongue;
  for (let sy = 0; sy < h * samples; sy++) {
    const row = Math.floor(sy / samples) * w;
    for (let sx = 0; sx < w * samples; sx++) {
      const i = sy * w * samples + sx;
      if (skinTarget.codes[i] !== holeCode) continue;
      const pixel = row + Math.floor(sx / samples);
      const code = target.codes[i];
      const colour = code ? albedo[code] : deep;
      let lit = 0.4;
      let shine = 0;
      if (code) {
        const from = i * interiorChannels;
        let nx = target.values[from];
        let ny = target.values[from + 1];
        let nz = target.values[from + 2];
        const length = Math.sqrt(nx * nx + ny * ny + nz * nz) || 1;
        nx /= length;
        ny /= length;
        nz /= length;
        const depth = (lipDepth - target.depth[i]) / scale;
        const falloff = Math.max(deepest, Math.exp(-clamp(depth - 0.13, 0, 0.9) / 0.36));
        const facingLight = clamp(0.1 * nx + 0.35 * ny + 0.93 * nz, 0, 1);
        if (code === tongueCode) lit = (0.3 + 0.8 * facingLight) * falloff ** 0.62;
        else lit = (0.55 + 0.45 * facingLight) * falloff * (code === interiorCode + part.cavity ? cavityDim : 1);
        const facing = clamp(0.15 * nx + 0.45 * ny + 0.88 * nz, 0, 1);
        if (code !== interiorCode + part.cavity && facing > 0.9) shine = facing ** 40 * falloff * (code === tongueCode ? 0.14 : 0.12);
      }
      red[pixel] += share * (colour[0] * lit ** shadeRed + shine * 255);
      green[pixel] += share * (colour[1] * lit ** shadeGreen + shine * 255);
      blue[pixel] += share * (colour[2] * lit ** shadeBlue + shine * 255);
    }
  }
}

function frontOf(positions: Float32Array, ...chains: Uint32Array[]): number {
  let front = Number.NEGATIVE_INFINITY;
  for (const chain of chains) for (let i = 0; i < chain.length; i++) front = Math.max(front, positions[chain[i] * 3 + 2]);
  return front;
}

/** The lips' shadow (the blurred opening, and the same shifted down), the dark towards the corners, and light from one side. */
function shadowInside(painter: MouthPainter, scene: Scene, w: number, h: number): void {
  const { opening, planes, lipShadow, shadowDrop, exponents } = painter;
  const [shadeRed, shadeGreen, shadeBlue] = exponents;
  const [red, green, blue, open, scratch] = planes;
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
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const pixel = y * w + x;
      if (opening.behind[pixel] === 0) continue;
      const above = y >= shadowDrop ? open[pixel - shadowDrop * w] : 0;
      const occlusion = clamp(1.45 * (0.5 * open[pixel] + 0.5 * above) - 0.02, 0, 1) ** 0.8;
      const place = clamp(((opening.x0 + x + 0.5 - cx) * ax + (opening.y0 + y + 0.5 - cy) * ay) / half, -1, 1);
      const aside = Math.abs(place);
      const side = left + (right - left) * (0.5 + 0.5 * place);
      const corner = 1 - 0.82 * clamp((aside - 0.55) / 0.42, 0, 1) ** 1.2;
      const shade = Math.max(0.015, occlusion * corner * side);
      red[pixel] *= shade ** shadeRed;
      green[pixel] *= shade ** shadeGreen;
      blue[pixel] *= shade ** shadeBlue;
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
