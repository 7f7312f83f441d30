/** Colours for fully transparent pixels: those of the person's edge go on, so that an edge that moves or is blurred brings no stranger's colour in. */

interface Level {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] uint8 */
  readonly rgb: Uint8Array;
  /** [height, width] uint8 trust in the colour, 0 unknown */
  readonly trust: Uint8Array;
}

/** Replaces the colours of `rgb` [height, width, 3] where `alpha` [height, width] is 0, in place. All other pixels stay. Push-pull (Gortler et al. 1996). */
export function bleedColours(rgb: Uint8Array, alpha: Uint8Array, width: number, height: number): void {
  const levels: Level[] = [{ width, height, rgb, trust: alpha }];
  for (let last = levels[0]; last.width > 1 || last.height > 1; ) {
    last = halve(last);
    levels.push(last);
  }
  for (let k = levels.length - 2; k >= 0; k--) fillFrom(levels[k], levels[k + 1]);
}

/** Means of 2 x 2 pixels, each by its trust. */
function halve(level: Level): Level {
  const width = (level.width + 1) >> 1;
  const height = (level.height + 1) >> 1;
  const rgb = new Uint8Array(width * height * 3);
  const trust = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let [red, green, blue, sum] = [0, 0, 0, 0];
      for (let row = y * 2; row < Math.min(level.height, y * 2 + 2); row++) {
        for (let column = x * 2; column < Math.min(level.width, x * 2 + 2); column++) {
          const from = row * level.width + column;
          const weight = level.trust[from];
          red += weight * level.rgb[from * 3];
          green += weight * level.rgb[from * 3 + 1];
          blue += weight * level.rgb[from * 3 + 2];
          sum += weight;
        }
      }
      if (sum === 0) continue;
      const to = y * width + x;
      rgb[to * 3] = red / sum + 0.5;
      rgb[to * 3 + 1] = green / sum + 0.5;
      rgb[to * 3 + 2] = blue / sum + 0.5;
      trust[to] = Math.min(255, sum); // not divided by four: one known pixel is enough
    }
  }
  return { width, height, rgb, trust };
}

/** Unknown pixels take the coarser level's colour, bilinear; the coarser level knows all of its own. */
function fillFrom({ width, height, rgb, trust }: Level, coarse: Level): void {
  for (let y = 0; y < height; y++) {
    const fy = Math.min(coarse.height - 1, Math.max(0, (y + 0.5) / 2 - 0.5));
    const top = Math.floor(fy);
    const upper = top * coarse.width;
    const lower = Math.min(coarse.height - 1, top + 1) * coarse.width;
    for (let x = 0; x < width; x++) {
      const to = y * width + x;
      if (trust[to] !== 0) continue;
      const fx = Math.min(coarse.width - 1, Math.max(0, (x + 0.5) / 2 - 0.5));
      const left = Math.floor(fx);
      const right = Math.min(coarse.width - 1, left + 1);
      for (let c = 0; c < 3; c++) {
        const above = coarse.rgb[(upper + left) * 3 + c] * (left + 1 - fx) + coarse.rgb[(upper + right) * 3 + c] * (fx - left);
        const below = coarse.rgb[(lower + left) * 3 + c] * (left + 1 - fx) + coarse.rgb[(lower + right) * 3 + c] * (fx - left);
        rgb[to * 3 + c] = above + (below - above) * (fy - top) + 0.5;
      }
    }
  }
}
