/** Step 6: the picture as a texture, sampled with a cubic kernel. */

/** Fixed-point units of one grey level: leaves room for the negative values of a background residual. */
export const textureScale = 64;

/** Four channels a pixel (red, green, blue, and how much of the background shows), times `textureScale`. */
export interface Texture {
  readonly width: number;
  readonly height: number;
  /** [height, width, 4] */
  readonly data: Int16Array;
}

/** Sharper than Catmull-Rom's -0.5, softer than OpenCV's -0.75; interpolates, so whole pixels come back exactly. */
const cubicSlope = -0.65;

/** Samples at picture coordinates (pixel i covers i to i + 1); outside, the picture is mirrored. Keys 1981, cubic convolution. Writes 4 values in grey levels to `out`. */
export function sampleCubic(texture: Texture, x: number, y: number, out: Float64Array): void {
  const { width, height, data } = texture;
  const fx = x - 0.5;
  const fy = y - 0.5;
  const ix = Math.floor(fx);
  const iy = Math.floor(fy);
  const tx = fx - ix;
  const ty = fy - iy;
  const a = cubicSlope;
  const sx = 1 - tx;
  const sy = 1 - ty;
  const wx0 = a * tx * sx * sx;
  const wx1 = ((a + 2) * tx - (a + 3)) * tx * tx + 1;
  const wx2 = ((a + 2) * sx - (a + 3)) * sx * sx + 1;
  const wx3 = a * sx * tx * tx;
  let r = 0;
  let g = 0;
  let b = 0;
  let k = 0;
  if (ix >= 1 && iy >= 1 && ix < width - 2 && iy < height - 2) {
    let p = ((iy - 1) * width + ix - 1) * 4;
    for (let row = 0; row < 4; row++) {
      const w = row === 0 ? a * ty * sy * sy : row === 1 ? ((a + 2) * ty - (a + 3)) * ty * ty + 1 : row === 2 ? ((a + 2) * sy - (a + 3)) * sy * sy + 1 : a * sy * ty * ty;
      r += w * (wx0 * data[p] + wx1 * data[p + 4] + wx2 * data[p + 8] + wx3 * data[p + 12]);
      g += w * (wx0 * data[p + 1] + wx1 * data[p + 5] + wx2 * data[p + 9] + wx3 * data[p + 13]);
      b += w * (wx0 * data[p + 2] + wx1 * data[p + 6] + wx2 * data[p + 10] + wx3 * data[p + 14]);
      k += w * (wx0 * data[p + 3] + wx1 * data[p + 7] + wx2 * data[p + 11] + wx3 * data[p + 15]);
      p += width * 4;
    }
  } else {
    for (let row = 0; row < 4; row++) {
      const w = row === 0 ? a * ty * sy * sy : row === 1 ? ((a + 2) * ty - (a + 3)) * ty * ty + 1 : row === 2 ? ((a + 2) * sy - (a + 3)) * sy * sy + 1 : a * sy * ty * ty;
      const line = mirrored(iy - 1 + row, height) * width;
      for (let column = 0; column < 4; column++) {
        const weight = w * (column === 0 ? wx0 : column === 1 ? wx1 : column === 2 ? wx2 : wx3);
        const p = (line + mirrored(ix - 1 + column, width)) * 4;
        r += weight * data[p];
        g += weight * data[p + 1];
        b += weight * data[p + 2];
        k += weight * data[p + 3];
      }
    }
  }
  out[0] = r / textureScale;
  out[1] = g / textureScale;
  out[2] = b / textureScale;
  out[3] = k / textureScale;
}

function mirrored(index: number, size: number): number {
  if (index < 0) return Math.min(size - 1, -1 - index);
  if (index >= size) return Math.max(0, 2 * size - 1 - index);
  return index;
}
