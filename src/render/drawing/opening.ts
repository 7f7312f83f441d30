/** An opening in the skin (mouth or eye), drawn at several samples a pixel: which share of a pixel is skin, from where, and which share shows what lies behind. */
import { faceChannels } from './face.ts';
import { chainParameters } from './geometry.ts';
import { clearTarget, createTarget, drawMesh, type Mesh, type RasterTarget } from './raster.ts';
import type { Scene } from '../scene.ts';
import { sampleCubic, type Texture } from './texture.ts';

/** Code of samples inside the opening that no skin covers. */
export const holeCode = 9;
const columns = 41;

export interface Opening {
  upper: Uint32Array;
  lower: Uint32Array;
  upperAt: Float64Array;
  lowerAt: Float64Array;
  extent: readonly Uint32Array[];
  /** A strip between the two margins, far behind everything */
  stencil: Mesh;
  /** The skin triangles that can come near, with the face's positions and attributes */
  skin: Mesh;
  target: RasterTarget;
  samples: number;
  /** The opening's box this frame, whole pixels */
  x0: number;
  y0: number;
  x1: number;
  y1: number;
  /** Per pixel of the box: share behind the skin; share, mean source x, y and brightness of the skin; 1 where skin folds over skin */
  behind: Float32Array;
  skinSums: Float32Array;
  torn: Uint8Array;
  /** Whether samples beside the margins that neither skin nor hole covers take the skin's colour; else they keep what is drawn already */
  isSealed: boolean;
  /** Whether any pixel shows what lies behind */
  isOpen: boolean;
}

/** Values kept of a pixel's skin: its share, mean source x, y, brightness. */
export const skinStride = 4;

/** `extent`: vertices that the opening's box has to hold; skin within `reach` pixels of the margins is drawn. */
export function buildOpening(scene: Scene, upper: Uint32Array, lower: Uint32Array, extent: readonly Uint32Array[], reach: number): Opening {
  const { rest } = scene.head;
  const points = (chain: Uint32Array): Float64Array => Float64Array.from(Array.from(chain).flatMap((v) => [rest[v * 3], rest[v * 3 + 1]]));
  const triangles = new Uint32Array((columns - 1) * 6);
  for (let k = 0; k < columns - 1; k++) triangles.set([k, k + columns, k + 1, k + 1, k + columns, k + columns + 1], k * 6);
  const stencil: Mesh = {
    positions: new Float32Array(columns * 6),
    attributes: new Float32Array(columns * 2 * faceChannels),
    triangles,
    codes: new Uint8Array(triangles.length / 3).fill(holeCode),
  };
  const { mesh } = scene.face;
  const near: number[] = [];
  const codes: number[] = [];
  const bounds = [0, 1].map((axis) => {
    const values = [...upper, ...lower].map((c) => rest[c * 3 + axis]);
    return [Math.min(...values) - reach, Math.max(...values) + reach];
  });
  for (let t = 0; t < mesh.codes.length; t++) {
    const v = mesh.triangles[t * 3];
    if (bounds.some(([low, high], axis) => rest[v * 3 + axis] < low || rest[v * 3 + axis] > high)) continue;
    near.push(mesh.triangles[t * 3], mesh.triangles[t * 3 + 1], mesh.triangles[t * 3 + 2]);
    codes.push(mesh.codes[t]);
  }
  return {
    upper,
    lower,
    extent,
    upperAt: chainParameters(points(upper)),
    lowerAt: chainParameters(points(lower)),
    stencil,
    skin: { positions: mesh.positions, attributes: mesh.attributes, triangles: Uint32Array.from(near), codes: Uint8Array.from(codes) },
    target: createTarget(faceChannels),
    samples: 3,
    x0: 0,
    y0: 0,
    x1: 0,
    y1: 0,
    behind: new Float32Array(0),
    skinSums: new Float32Array(0),
    torn: new Uint8Array(0),
    isSealed: false,
    isOpen: false,
  };
}

/** Draws stencil and skin of the opening over its box of this frame; `samples` per pixel and side. Returns whether any of the box lies in the picture. */
export function drawOpening(opening: Opening, width: number, height: number, margin: number): boolean {
  const { extent, skin, stencil, target, samples } = opening;
  let x0 = Number.POSITIVE_INFINITY;
  let y0 = Number.POSITIVE_INFINITY;
  let x1 = Number.NEGATIVE_INFINITY;
  let y1 = Number.NEGATIVE_INFINITY;
  for (let side = 0; side < extent.length; side++) {
    const chain = extent[side];
    for (let i = 0; i < chain.length; i++) {
      const x = skin.positions[chain[i] * 3];
      const y = skin.positions[chain[i] * 3 + 1];
      x0 = Math.min(x0, x);
      x1 = Math.max(x1, x);
      y0 = Math.min(y0, y);
      y1 = Math.max(y1, y);
    }
  }
  opening.x0 = Math.max(0, Math.floor(x0 - margin));
  opening.y0 = Math.max(0, Math.floor(y0 - margin));
  opening.x1 = Math.min(width, Math.ceil(x1 + margin));
  opening.y1 = Math.min(height, Math.ceil(y1 + margin));
  const w = opening.x1 - opening.x0;
  const h = opening.y1 - opening.y0;
  if (!(w > 0 && h > 0)) return false;
  fillStencil(opening);
  clearTarget(target, w * samples, h * samples);
  const view = { x: opening.x0, y: opening.y0, scale: samples };
  drawMesh(target, stencil, view, 'both');
  drawMesh(target, skin, view, 'front');
  gather(opening, w, h);
  return true;
}

function fillStencil({ upper, lower, upperAt, lowerAt, stencil, skin }: Opening): void {
  for (let side = 0; side < 2; side++) {
    const chain = side === 0 ? upper : lower;
    const at = side === 0 ? upperAt : lowerAt;
    let i = 0;
    for (let k = 0; k < columns; k++) {
      const t = k / (columns - 1);
      while (i < chain.length - 2 && at[i + 1] < t) i++;
      const share = Math.min(1, Math.max(0, (t - at[i]) / (at[i + 1] - at[i] || 1)));
      const a = chain[i] * 3;
      const b = chain[i + 1] * 3;
      const to = (side * columns + k) * 3;
      stencil.positions[to] = skin.positions[a] * (1 - share) + skin.positions[b] * share;
      stencil.positions[to + 1] = skin.positions[a + 1] * (1 - share) + skin.positions[b + 1] * share;
      stencil.positions[to + 2] = -1e6;
    }
  }
}

/** Source coordinates that lie further apart than this within one pixel come from two sides of a fold or seam: their mean would be from neither. */
const tornSpread = 1.6;

/** Sums samples into pixels; samples that neither skin nor hole covers are left out: they keep what is already drawn. */
function gather(opening: Opening, w: number, h: number): void {
  const { target, samples } = opening;
  const size = w * h;
  if (opening.behind.length < size) {
    const capacity = Math.ceil(size * 1.3);
    opening.behind = new Float32Array(capacity);
    opening.skinSums = new Float32Array(capacity * skinStride);
    opening.torn = new Uint8Array(capacity);
  }
  const { behind, skinSums, torn } = opening;
  const { codes, values } = target;
  opening.isOpen = false;
  const share = 1 / (samples * samples);
  for (let pixel = 0; pixel < size; pixel++) {
    const first = Math.floor(pixel / w) * samples * w * samples + (pixel % w) * samples;
    let hole = 0;
    let skin = 0;
    let sumU = 0;
    let sumV = 0;
    let sumShade = 0;
    let lowU = 1e9;
    let highU = -1e9;
    let lowV = 1e9;
    let highV = -1e9;
    for (let sy = 0; sy < samples; sy++) {
      for (let sx = 0; sx < samples; sx++) {
        const sample = first + sy * w * samples + sx;
        const code = codes[sample];
        if (code === holeCode) hole++;
        else if (code !== 0) {
          const u = values[sample * faceChannels];
          const v = values[sample * faceChannels + 1];
          skin++;
          sumU += u;
          sumV += v;
          sumShade += values[sample * faceChannels + 2];
          if (u < lowU) lowU = u;
          if (u > highU) highU = u;
          if (v < lowV) lowV = v;
          if (v > highV) highV = v;
        }
      }
    }
    behind[pixel] = hole * share;
    if (hole > 0) opening.isOpen = true;
    torn[pixel] = skin > 1 && (highU - lowU > tornSpread || highV - lowV > tornSpread) ? 1 : 0;
    const to = pixel * skinStride;
    skinSums[to] = skin * share;
    skinSums[to + 1] = skin > 0 ? sumU / skin : 0;
    skinSums[to + 2] = skin > 0 ? sumV / skin : 0;
    skinSums[to + 3] = skin > 0 ? sumShade / skin : 0;
  }
}

/**
 * Colour of the skin in one pixel of the box times its share, [3] in `out`; the share that nothing covers keeps what is drawn already.
 * Returns the share of the pixel that shows what lies behind. A pixel with one piece of skin and nothing behind needs no drawing: then -1.
 */
export function skinColour(opening: Opening, pixel: number, drawn: Uint8Array, at: number, texture: Texture, sample: Float64Array, out: Float64Array): number {
  const { behind, skinSums, torn } = opening;
  const hole = behind[pixel];
  const from = pixel * skinStride;
  const share = skinSums[from];
  const isLeaky = opening.isSealed && share > 0 && share + hole < 0.999 && isOpaque(opening, pixel);
  if (hole === 0 && !torn[pixel] && !isLeaky) return -1;
  out.fill(0);
  if (share > 0) {
    if (torn[pixel]) sumSamples(opening, pixel, texture, sample, out);
    else {
      sampleCubic(texture, skinSums[from + 1], skinSums[from + 2], sample);
      for (let c = 0; c < 3; c++) out[c] = share * skinSums[from + 3] * sample[c];
    }
  }
  if (isLeaky) {
    for (let c = 0; c < 3; c++) out[c] *= (1 - hole) / share;
    return hole;
  }
  const rest = 1 - hole - share;
  if (rest > 1e-3) for (let c = 0; c < 3; c++) out[c] += rest * drawn[at + c];
  return hole;
}

/** Whether all skin samples of a pixel are the face's alone: at the face's edge skin fades into what is drawn already. */
function isOpaque({ target, samples, x0, x1 }: Opening, pixel: number): boolean {
  const w = x1 - x0;
  const first = Math.floor(pixel / w) * samples * w * samples + (pixel % w) * samples;
  for (let sy = 0; sy < samples; sy++) {
    for (let sx = 0; sx < samples; sx++) {
      const i = first + sy * w * samples + sx;
      if (target.codes[i] !== 0 && target.codes[i] !== holeCode && target.values[i * faceChannels + 3] < 0.99) return false;
    }
  }
  return true;
}

/** The colours of a torn pixel's skin samples one by one. */
function sumSamples({ target, samples, x0, x1 }: Opening, pixel: number, texture: Texture, sample: Float64Array, out: Float64Array): void {
  const w = x1 - x0;
  const first = Math.floor(pixel / w) * samples * w * samples + (pixel % w) * samples;
  const share = 1 / (samples * samples);
  for (let sy = 0; sy < samples; sy++) {
    for (let sx = 0; sx < samples; sx++) {
      const i = first + sy * w * samples + sx;
      if (target.codes[i] === 0 || target.codes[i] === holeCode) continue;
      sampleCubic(texture, target.values[i * faceChannels], target.values[i * faceChannels + 1], sample);
      const shade = share * target.values[i * faceChannels + 2];
      for (let c = 0; c < 3; c++) out[c] += shade * sample[c];
    }
  }
}
