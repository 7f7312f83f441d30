/** Step 12: the person apart from the background, so that a moving head uncovers background instead of bending it. */
import { boxMean, resizeBilinear } from '../drawing/filters.ts';
import { clamp, signedDistance, smoothStep } from '../drawing/geometry.ts';
import { keepConnected, refineHair } from './hair.ts';
import { hasCutHat } from './hat.ts';
import { buildPlate } from './plate.ts';
import { type Texture, textureScale } from '../drawing/texture.ts';

export interface Matte {
  /** [height, width] 0 background, 1 person */
  alpha: Float32Array;
  /** Three planes [height, width], whole grey levels 0..255: the background, guessed behind the person */
  plate: Float32Array[];
}

/** Undecided pixels about the head as a share of the face's area above which a mask does more harm than good (looked at on 36 portraits: 0.29 is good hair, 0.33 a hat torn in two). */
const largestUncertainty = 0.32;
/** The guided filter finds its slopes at this long side at most. */
const workingSide = 192;
const filterRadius = 3;
const filterEpsilon = 1e-4;

export interface MatteInput {
  width: number;
  height: number;
  rgb: Uint8Array;
  mask: Float32Array;
  maskWidth: number;
  maskHeight: number;
  /** Hull of the face's landmarks [2 n], pixels, and the face's width */
  hull: ArrayLike<number>;
  faceWidth: number;
  /** [2, 2] ear lobes, pixels */
  lobes: ArrayLike<number>;
  /** [height, width] 1 where the fitted head lies, 0 elsewhere; right to some hundredths of its width at ears and hair */
  cover: Float32Array;
}

/** The matte, or why there is none. */
export function buildMatte(input: MatteInput): { matte: Matte | null; uncertainty: number } {
  const { width, height, rgb, faceWidth } = input;
  const shrink = Math.max(1, Math.max(width, height) / workingSide);
  const w = Math.round(width / shrink);
  const h = Math.round(height / shrink);
  const planes = planesOf(rgb, width * height);
  const small = planes.map((plane) => scaleBy(resizeBilinear(boxMean(plane, width, height, Math.floor(shrink / 2)), width, height, w, h), 1 / 255));
  const coarse = resizeBilinear(input.mask, input.maskWidth, input.maskHeight, w, h);
  for (let i = 0; i < coarse.length; i++) coarse[i] = clamp((coarse[i] - 0.15) / 0.7, 0, 1);
  const alpha = filterGuided(small, coarse, w, h, planes, width, height);
  for (let i = 0; i < alpha.length; i++) alpha[i] = clamp((alpha[i] - 0.08) / 0.84, 0, 1);
  coverFace(alpha, input);
  dropOthers(alpha, input);
  // Only about the head: what is undecided on chest and shoulders hardly moves.
  let lowest = 0;
  for (let i = 1; i < input.hull.length; i += 2) lowest = Math.max(lowest, input.hull[i]);
  const end = Math.min(alpha.length, Math.round(lowest + 0.15 * faceWidth) * width);
  let undecided = 0;
  for (let i = 0; i < end; i++) if (alpha[i] > 0.1 && alpha[i] < 0.9) undecided++;
  const uncertainty = undecided / (faceWidth * faceWidth * 1.2);
  if (uncertainty > largestUncertainty) return { matte: null, uncertainty };
  trustHead(alpha, input);
  refineHair(alpha, planes, width, height, faceWidth, input.lobes);
  if (hasCutHat(alpha, planes, width, faceWidth, middleOf(input.hull)[0])) return { matte: null, uncertainty };
  const plate = buildPlate(alpha, planes, width, height, faceWidth);
  if (!plate) return { matte: null, uncertainty };
  return { matte: { alpha, plate }, uncertainty };
}

/** [height, width, 3] bytes -> three planes 0..255. */
function planesOf(rgb: Uint8Array, size: number): Float32Array[] {
  const planes = [0, 1, 2].map(() => new Float32Array(size));
  for (let c = 0; c < 3; c++) for (let i = 0; i < size; i++) planes[c][i] = rgb[i * 3 + c];
  return planes;
}

/** The face itself is never background. */
function coverFace(alpha: Float32Array, { width, height, hull, faceWidth }: MatteInput): void {
  let x0 = width;
  let x1 = 0;
  let y0 = height;
  let y1 = 0;
  for (let i = 0; i < hull.length; i += 2) {
    x0 = Math.min(x0, hull[i]);
    x1 = Math.max(x1, hull[i]);
    y0 = Math.min(y0, hull[i + 1]);
    y1 = Math.max(y1, hull[i + 1]);
  }
  for (let y = Math.max(0, Math.floor(y0)); y < Math.min(height, y1); y++) {
    for (let x = Math.max(0, Math.floor(x0)); x < Math.min(width, x1); x++) {
      const inside = smoothStep(0.01, 0.06, signedDistance(hull, x + 0.5, y + 0.5) / faceWidth);
      alpha[y * width + x] = Math.max(alpha[y * width + x], inside);
    }
  }
}

/** Mean of a polygon's points [2 n]. */
function middleOf(hull: ArrayLike<number>): number[] {
  return [0, 1].map((axis) => Array.from(hull).reduce((sum, value, i) => (i % 2 === axis ? sum + value : sum), 0) / (hull.length / 2));
}

/** People who do not touch the one with the face belong to the background. */
function dropOthers(alpha: Float32Array, { width, height, hull }: MatteInput): void {
  const middle = middleOf(hull);
  const face = new Float32Array(alpha.length);
  face[clamp(Math.round(middle[1]), 0, height - 1) * width + clamp(Math.round(middle[0]), 0, width - 1)] = 1;
  keepConnected(alpha, face, width, height, 1);
}

/** Where the fitted head lies, what the mask takes for half a person (an ear in the background's colour) is a whole one. */
function trustHead(alpha: Float32Array, { width, height, cover, faceWidth }: MatteInput): void {
  const inside = boxMean(cover, width, height, Math.max(1, Math.round(0.02 * faceWidth)));
  for (let i = 0; i < alpha.length; i++) {
    const whole = smoothStep(0.12, 0.5, alpha[i]) * smoothStep(0.6, 1, inside[i]);
    alpha[i] = Math.max(alpha[i], whole);
  }
}

function scaleBy(plane: Float32Array, factor: number): Float32Array {
  for (let i = 0; i < plane.length; i++) plane[i] *= factor;
  return plane;
}

/**
 * He and Sun 2015, "Fast guided filter" (arXiv:1505.00996), colour guide: slopes and offset are found on the small planes [h, w]
 * (He, Sun and Tang 2010, equations 19 and 20), and applied to the full ones [height, width]. guide 0..1, full 0..255.
 */
function filterGuided(guide: readonly Float32Array[], input: Float32Array, w: number, h: number, full: readonly Float32Array[], width: number, height: number): Float32Array {
  const size = w * h;
  const mean = (plane: Float32Array): Float32Array => boxMean(plane, w, h, filterRadius);
  const meanProduct = (a: Float32Array, b: Float32Array): Float32Array => {
    const product = new Float32Array(size);
    for (let i = 0; i < size; i++) product[i] = a[i] * b[i];
    return mean(product);
  };
  const means = guide.map(mean);
  const inputMean = mean(input);
  const cross = guide.map((plane) => meanProduct(plane, input));
  const [rr, rg, rb, gg, gb, bb] = ([[0, 0], [0, 1], [0, 2], [1, 1], [1, 2], [2, 2]] as const).map(([a, b]) => meanProduct(guide[a], guide[b]));
  const slopes = [new Float32Array(size), new Float32Array(size), new Float32Array(size)];
  const offset = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const [r, g, b, p] = [means[0][i], means[1][i], means[2][i], inputMean[i]];
    const a00 = rr[i] - r * r + filterEpsilon;
    const a01 = rg[i] - r * g;
    const a02 = rb[i] - r * b;
    const a11 = gg[i] - g * g + filterEpsilon;
    const a12 = gb[i] - g * b;
    const a22 = bb[i] - b * b + filterEpsilon;
    // Inverse of the symmetric 3 x 3 matrix by cofactors.
    const c00 = a11 * a22 - a12 * a12;
    const c01 = a12 * a02 - a01 * a22;
    const c02 = a01 * a12 - a11 * a02;
    const c11 = a00 * a22 - a02 * a02;
    const c12 = a02 * a01 - a00 * a12;
    const c22 = a00 * a11 - a01 * a01;
    const det = a00 * c00 + a01 * c01 + a02 * c02;
    const x = cross[0][i] - r * p;
    const y = cross[1][i] - g * p;
    const z = cross[2][i] - b * p;
    slopes[0][i] = (c00 * x + c01 * y + c02 * z) / det;
    slopes[1][i] = (c01 * x + c11 * y + c12 * z) / det;
    slopes[2][i] = (c02 * x + c12 * y + c22 * z) / det;
    offset[i] = p - slopes[0][i] * r - slopes[1][i] * g - slopes[2][i] * b;
  }
  const out = resizeBilinear(mean(offset), w, h, width, height);
  slopes.forEach((slope, c) => {
    const smooth = resizeBilinear(mean(slope), w, h, width, height);
    for (let i = 0; i < out.length; i++) out[i] += (smooth[i] * full[c][i]) / 255;
  });
  return out;
}

/**
 * The picture as a texture whose colours are picture - (1 - alpha) · plate, and whose fourth channel is 1 - alpha: a warped pixel is then
 * colour + fourth · plate(where it lands), which gives the picture back exactly where nothing moves. Without a matte: the picture, and 0.
 */
export function buildTexture(rgb: Uint8Array, width: number, height: number, matte: Matte | null): Texture {
  const data = new Int16Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    const through = matte ? 1 - matte.alpha[i] : 0;
    for (let c = 0; c < 3; c++) data[i * 4 + c] = Math.round((rgb[i * 3 + c] - (matte ? through * matte.plate[c][i] : 0)) * textureScale);
    data[i * 4 + 3] = Math.round(through * 255 * textureScale);
  }
  return { width, height, data };
}
