/** Step 12: the person apart from the background, so that a moving head uncovers background instead of bending it. */
import { boxMean, fillUnknown, resizeBilinear } from './filters.ts';
import { clamp, signedDistance, smoothStep } from './geometry.ts';
import { type Texture, textureScale } from './texture.ts';

export interface Matte {
  /** [height, width] 0 background, 1 person */
  alpha: Float32Array;
  /** Three planes [height, width], whole grey levels 0..255: the background, guessed behind the person */
  plate: Float32Array[];
}

/** Undecided pixels as a share of the face's area above which a mask does more harm than good (facts: measured on 16 portraits). */
const largestUncertainty = 0.35;
/** The guided filter works at this long side at most. */
const workingSide = 512;
const filterRadius = 8;
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
}

/** The matte, or why there is none. */
export function buildMatte(input: MatteInput): { matte: Matte | null; uncertainty: number } {
  const { width, height, rgb, faceWidth } = input;
  const shrink = Math.max(1, Math.max(width, height) / workingSide);
  const w = Math.round(width / shrink);
  const h = Math.round(height / shrink);
  const planes = planesOf(rgb, width * height);
  const small = planes.map((plane) => resizeBilinear(plane, width, height, w, h).map((value) => value / 255));
  const coarse = resizeBilinear(input.mask, input.maskWidth, input.maskHeight, w, h).map((value) => clamp((value - 0.15) / 0.7, 0, 1));
  const filtered = filterGuided(small, coarse, w, h, filterRadius, filterEpsilon);
  const alpha = resizeBilinear(filtered, w, h, width, height).map((value) => clamp((value - 0.08) / 0.84, 0, 1));
  let undecided = 0;
  for (const value of alpha) if (value > 0.1 && value < 0.9) undecided++;
  const uncertainty = undecided / (faceWidth * faceWidth * 1.2);
  if (uncertainty > largestUncertainty) return { matte: null, uncertainty };
  coverFace(alpha, input);
  // Background is known where no person is near.
  const nearPerson = boxMean(alpha, width, height, Math.max(2, Math.round(faceWidth * 0.02)));
  const known = nearPerson.map((value, i) => (alpha[i] < 0.02 ? 1 - smoothStep(0.01, 0.15, value) : 0));
  if (known.every((value) => value === 0)) return { matte: null, uncertainty };
  const plate = fillUnknown(planes, known, width, height).map((plane) => plane.map((value) => clamp(Math.round(value), 0, 255)));
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

/** He, Sun and Tang 2010, "Guided image filtering", colour guide, equations 19-21. guide: 3 planes 0..1. */
function filterGuided(guide: readonly Float32Array[], input: Float32Array, w: number, h: number, radius: number, epsilon: number): Float32Array {
  const mean = (plane: Float32Array): Float32Array => boxMean(plane, w, h, radius);
  const product = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, i) => value * b[i]);
  const means = guide.map(mean);
  const inputMean = mean(input);
  const covariance = guide.map((plane, c) => mean(product(plane, input)).map((value, i) => value - means[c][i] * inputMean[i]));
  const pairs = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 1],
    [1, 2],
    [2, 2],
  ] as const;
  const [rr, rg, rb, gg, gb, bb] = pairs.map(([a, b]) => mean(product(guide[a], guide[b])).map((value, i) => value - means[a][i] * means[b][i] + (a === b ? epsilon : 0)));
  const slopes = [new Float32Array(w * h), new Float32Array(w * h), new Float32Array(w * h)];
  const offset = new Float32Array(w * h);
  for (let i = 0; i < w * h; i++) {
    // Inverse of the symmetric 3 x 3 matrix by cofactors.
    const c00 = gg[i] * bb[i] - gb[i] * gb[i];
    const c01 = gb[i] * rb[i] - rg[i] * bb[i];
    const c02 = rg[i] * gb[i] - gg[i] * rb[i];
    const c11 = rr[i] * bb[i] - rb[i] * rb[i];
    const c12 = rb[i] * rg[i] - rr[i] * gb[i];
    const c22 = rr[i] * gg[i] - rg[i] * rg[i];
    const det = rr[i] * c00 + rg[i] * c01 + rb[i] * c02;
    const [x, y, z] = [covariance[0][i], covariance[1][i], covariance[2][i]];
    slopes[0][i] = (c00 * x + c01 * y + c02 * z) / det;
    slopes[1][i] = (c01 * x + c11 * y + c12 * z) / det;
    slopes[2][i] = (c02 * x + c12 * y + c22 * z) / det;
    offset[i] = inputMean[i] - slopes[0][i] * means[0][i] - slopes[1][i] * means[1][i] - slopes[2][i] * means[2][i];
  }
  const out = mean(offset);
  slopes.forEach((slope, c) => {
    const smooth = mean(slope);
    for (let i = 0; i < out.length; i++) out[i] += smooth[i] * guide[c][i];
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
