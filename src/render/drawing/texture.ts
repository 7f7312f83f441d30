/** Step 6: the picture as a texture, sampled with a cubic kernel. kernel/assembly/sample.ts is the same for whole frames; this is for single places. */

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
  const wy0 = a * ty * sy * sy;
  const wy1 = ((a + 2) * ty - (a + 3)) * ty * ty + 1;
  const wy2 = ((a + 2) * sy - (a + 3)) * sy * sy + 1;
  const wy3 = a * sy * ty * ty;
  if (ix >= 1 && iy >= 1 && ix < width - 2 && iy < height - 2) {
    const p = ((iy - 1) * width + ix - 1) * 4;
    const q = p + width * 4;
    const s = q + width * 4;
    const t = s + width * 4;
    for (let c = 0; c < 4; c++) {
      out[c] =
        (wy0 * (wx0 * data[p + c] + wx1 * data[p + c + 4] + wx2 * data[p + c + 8] + wx3 * data[p + c + 12]) +
          wy1 * (wx0 * data[q + c] + wx1 * data[q + c + 4] + wx2 * data[q + c + 8] + wx3 * data[q + c + 12]) +
          wy2 * (wx0 * data[s + c] + wx1 * data[s + c + 4] + wx2 * data[s + c + 8] + wx3 * data[s + c + 12]) +
          wy3 * (wx0 * data[t + c] + wx1 * data[t + c + 4] + wx2 * data[t + c + 8] + wx3 * data[t + c + 12])) /
        textureScale;
    }
    return;
  }
  out.fill(0);
  for (let row = 0; row < 4; row++) {
    const w = (row === 0 ? wy0 : row === 1 ? wy1 : row === 2 ? wy2 : wy3) / textureScale;
    const line = mirrored(iy - 1 + row, height) * width;
    for (let column = 0; column < 4; column++) {
      const weight = w * (column === 0 ? wx0 : column === 1 ? wx1 : column === 2 ? wx2 : wx3);
      const p = (line + mirrored(ix - 1 + column, width)) * 4;
      for (let c = 0; c < 4; c++) out[c] += weight * data[p + c];
    }
  }
}

/** Side of the tiles of `backgroundTiles`, pixels: a power of two. */
export const tileShift = 3;
export const tileSize = 2 ** tileShift;

/** [rows, columns] of tiles: 1 where a sample taken in the tile is background alone (colour 0, fourth channel full), reach of the kernel included. */
export function backgroundTiles({ width, height, data }: Texture): Uint8Array {
  const columns = Math.ceil(width / tileSize);
  const rows = Math.ceil(height / tileSize);
  const out = new Uint8Array(columns * rows).fill(1);
  const reach = 3;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = (y * width + x) * 4;
      if (data[p] === 0 && data[p + 1] === 0 && data[p + 2] === 0 && data[p + 3] >= 255 * textureScale) continue;
      const c0 = Math.max(0, Math.floor((x - reach) / tileSize));
      const c1 = Math.min(columns - 1, Math.floor((x + reach) / tileSize));
      const r1 = Math.min(rows - 1, Math.floor((y + reach) / tileSize));
      for (let row = Math.max(0, Math.floor((y - reach) / tileSize)); row <= r1; row++) for (let column = c0; column <= c1; column++) out[row * columns + column] = 0;
    }
  }
  return out;
}

function mirrored(index: number, size: number): number {
  if (index < 0) return Math.min(size - 1, -1 - index);
  if (index >= size) return Math.max(0, 2 * size - 1 - index);
  return index;
}
