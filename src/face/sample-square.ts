/** Samples a turned square of a frame without a pyramid: fast where the frame is at most a few times finer than the result. */
import type { Pixels } from './pixels.ts';
import type { Region } from './pyramid.ts';

/** Finer frames are read with this many bilinear taps a side at most; beyond, fine stripes may alias. */
const mostTaps = 4;

/**
 * Bilinear samples of the square `region` into `result` [size, size, 3], 0..1; outside the picture its nearest pixel. As `sampleRegion` on the picture itself,
 * with so many taps per sample that they lie at most 1.5 pixels apart.
 */
export function sampleSquare({ width, height, rgb }: Pixels, region: Region, size: number, result: Float32Array): void {
  const step = region.width / size; // picture pixels from sample to sample
  const taps = Math.min(mostTaps, Math.max(1, Math.ceil(step / 1.5)));
  const [cosine, sine] = [Math.cos(region.angle), Math.sin(region.angle)];
  const [right, bottom] = [width - 1, height - 1];
  const stride = width * 3;
  const gain = 1 / (255 * taps * taps);
  // From tap to tap along a row, and down a column; the first tap's place, pixel centres at whole numbers.
  const [acrossX, acrossY] = [(cosine * step) / taps, (sine * step) / taps];
  const [downX, downY] = [-acrossY, acrossX];
  const first = (-size * taps) / 2 + 0.5;
  const startX = region.centreX - 0.5 + first * (acrossX + downX);
  const startY = region.centreY - 0.5 + first * (acrossY + downY);
  for (let row = 0, to = 0; row < size; row++) {
    for (let column = 0; column < size; column++, to += 3) {
      let [red, green, blue] = [0, 0, 0];
      for (let tapRow = 0; tapRow < taps; tapRow++) {
        const down = row * taps + tapRow;
        for (let tap = 0; tap < taps; tap++) {
          const across = column * taps + tap;
          let x = startX + across * acrossX + down * downX;
          let y = startY + across * acrossY + down * downY;
          x = x < 0 ? 0 : x > right ? right : x;
          y = y < 0 ? 0 : y > bottom ? bottom : y;
          const left = x | 0;
          const top = y | 0;
          const shareX = x - left;
          const shareY = y - top;
          const a = top * stride + left * 3;
          const b = left < right ? a + 3 : a;
          const c = top < bottom ? a + stride : a;
          const d = c + b - a;
          const weightD = shareX * shareY;
          const weightB = shareX - weightD;
          const weightC = shareY - weightD;
          const weightA = 1 - shareX - weightC;
          red += weightA * rgb[a] + weightB * rgb[b] + weightC * rgb[c] + weightD * rgb[d];
          green += weightA * rgb[a + 1] + weightB * rgb[b + 1] + weightC * rgb[c + 1] + weightD * rgb[d + 1];
          blue += weightA * rgb[a + 2] + weightB * rgb[b + 2] + weightC * rgb[c + 2] + weightD * rgb[d + 2];
        }
      }
      result[to] = red * gain;
      result[to + 1] = green * gain;
      result[to + 2] = blue * gain;
    }
  }
}
