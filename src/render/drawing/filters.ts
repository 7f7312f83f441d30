/** Picture filters on planes [height, width] of float32, used while a portrait is prepared. */

/** Mean over (2 radius + 1)² pixels, cut at the border (running sums: cost does not grow with the radius). */
export function boxMean(plane: Float32Array, width: number, height: number, radius: number): Float32Array {
  const rows = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) meanLine(plane, rows, y * width, 1, width, radius);
  const out = new Float32Array(plane.length);
  meanColumns(rows, out, width, height, radius);
  return out;
}

/** The same along all columns at once, row by row: columns one by one would miss the processor's cache. */
function meanColumns(from: Float32Array, to: Float32Array, width: number, height: number, radius: number): void {
  const sums = new Float64Array(width);
  let count = 0;
  const take = (y: number, sign: 1 | -1): void => {
    if (y < 0 || y >= height) return;
    for (let x = 0, i = y * width; x < width; x++, i++) sums[x] += sign * from[i];
    count += sign;
  };
  for (let y = 0; y < Math.min(radius, height); y++) take(y, 1);
  for (let y = 0; y < height; y++) {
    take(y + radius, 1);
    take(y - radius - 1, -1);
    for (let x = 0, i = y * width; x < width; x++, i++) to[i] = sums[x] / count;
  }
}

function meanLine(from: Float32Array, to: Float32Array, start: number, step: number, length: number, radius: number): void {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < Math.min(radius, length); i++) {
    sum += from[start + i * step];
    count++;
  }
  for (let i = 0; i < length; i++) {
    if (i + radius < length) {
      sum += from[start + (i + radius) * step];
      count++;
    }
    if (i - radius - 1 >= 0) {
      sum -= from[start + (i - radius - 1) * step];
      count--;
    }
    to[start + i * step] = sum / count;
  }
}

/** A Gaussian kernel cut at 3 sigma, [2 radius + 1]; above `largestKernelSigma` empty, for box passes of `radius` instead. */
export interface Blur {
  kernel: Float32Array;
  radius: number;
}

/** Wider Gaussians are drawn as three box means, whose cost does not grow with sigma (Kovesi 2010, "Fast almost-Gaussian filtering"). */
const largestKernelSigma = 2;

export function gaussianBlur(sigma: number): Blur {
  if (sigma > largestKernelSigma) return { kernel: new Float32Array(0), radius: Math.max(1, Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2)) };
  const radius = Math.max(1, Math.ceil(3 * sigma));
  return { kernel: Float32Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma))), radius };
}

/** Blurs [height, width] of `plane` in place, without allocating; `scratch` is at least as long. */
export function blurInPlace(plane: Float32Array, scratch: Float32Array, width: number, height: number, { kernel, radius }: Blur): void {
  if (kernel.length > 0) {
    convolve(plane, scratch, kernel, radius, width, height, 1, width);
    convolve(scratch, plane, kernel, radius, height, width, width, 1);
    return;
  }
  for (let pass = 0; pass < 3; pass++) {
    for (let y = 0; y < height; y++) meanLine(plane, scratch, y * width, 1, width, radius);
    for (let x = 0; x < width; x++) meanLine(scratch, plane, x, width, height, radius);
  }
}

/** A Gaussian blur, renormalised at the border. */
export function blurGaussian(plane: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const out = plane.slice();
  if (sigma >= 0.05) blurInPlace(out, new Float32Array(plane.length), width, height, gaussianBlur(sigma));
  return out;
}

function convolve(from: Float32Array, to: Float32Array, kernel: Float32Array, radius: number, length: number, lines: number, step: number, lineStep: number): void {
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    for (let i = 0; i < length; i++) {
      let sum = 0;
      let weight = 0;
      for (let k = Math.max(-radius, -i); k <= Math.min(radius, length - 1 - i); k++) {
        sum += kernel[k + radius] * from[start + (i + k) * step];
        weight += kernel[k + radius];
      }
      to[start + i * step] = sum / weight;
    }
  }
}

/** Bilinear resize, pixel centres aligned. */
export function resizeBilinear(plane: Float32Array, width: number, height: number, toWidth: number, toHeight: number): Float32Array {
  if (width === toWidth && height === toHeight) return plane.slice();
  const out = new Float32Array(toWidth * toHeight);
  for (let y = 0; y < toHeight; y++) {
    const fy = Math.min(height - 1, Math.max(0, ((y + 0.5) * height) / toHeight - 0.5));
    const y0 = Math.floor(fy);
    const y1 = Math.min(height - 1, y0 + 1);
    for (let x = 0; x < toWidth; x++) {
      const fx = Math.min(width - 1, Math.max(0, ((x + 0.5) * width) / toWidth - 0.5));
      const x0 = Math.floor(fx);
      const x1 = Math.min(width - 1, x0 + 1);
      const top = plane[y0 * width + x0] + (plane[y0 * width + x1] - plane[y0 * width + x0]) * (fx - x0);
      const bottom = plane[y1 * width + x0] + (plane[y1 * width + x1] - plane[y1 * width + x0]) * (fx - x0);
      out[y * toWidth + x] = top + (bottom - top) * (fy - y0);
    }
  }
  return out;
}

/**
 * Fills what is unknown from what is known: averages down a pyramid, then down again where a level knows nothing (push-pull; Gortler et al. 1996, section 3.4).
 * planes: [height, width] each; known: [height, width] 0..1, how far a pixel is to be believed. Known pixels (1) come back unchanged.
 */
export function fillUnknown(planes: readonly Float32Array[], known: Float32Array, width: number, height: number): Float32Array[] {
  if (width <= 1 && height <= 1) return planes.map((plane) => plane.slice());
  const w = Math.max(1, (width + 1) >> 1);
  const h = Math.max(1, (height + 1) >> 1);
  const smallKnown = new Float32Array(w * h);
  const small = planes.map(() => new Float32Array(w * h));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = (y >> 1) * w + (x >> 1);
      const weight = known[y * width + x];
      smallKnown[to] += weight;
      for (let c = 0; c < planes.length; c++) small[c][to] += weight * planes[c][y * width + x];
    }
  }
  for (let i = 0; i < w * h; i++) {
    if (smallKnown[i] > 0) for (const plane of small) plane[i] /= smallKnown[i];
    smallKnown[i] = Math.min(1, smallKnown[i]);
  }
  const filled = fillUnknown(small, smallKnown, w, h);
  return planes.map((plane, c) => {
    const coarse = resizeBilinear(filled[c], w, h, width, height);
    for (let i = 0; i < plane.length; i++) coarse[i] = known[i] * plane[i] + (1 - known[i]) * coarse[i];
    return coarse;
  });
}
