/** Portraits with transparency: their fourth channel moves with the head as their colours do, and there is no background to draw behind them. */
import { type Texture, textureScale } from './drawing/texture.ts';

/** The picture as a texture whose fourth channel is opacity. rgb [height, width, 3], with the person's colours under transparent pixels too; alpha [height, width] 0..255. */
export function buildCutoutTexture(rgb: Uint8Array, alpha: Uint8Array, width: number, height: number): Texture {
  const data = new Int16Array(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) data[i * 4 + c] = rgb[i * 3 + c] * textureScale;
    data[i * 4 + 3] = alpha[i] * textureScale;
  }
  return { width, height, data };
}

/** [n] 0..255 -> [n] 0..1 */
export function opacityOf(alpha: Uint8Array): Float32Array {
  return Float32Array.from(alpha, (value) => value / 255);
}

/** Colours [n, 3] and alpha [n] -> out [n, 4]. */
export function joinAlpha(rgb: Uint8Array, alpha: Uint8Array, out: Uint8Array): void {
  for (let i = 0; i < alpha.length; i++) {
    out[i * 4] = rgb[i * 3];
    out[i * 4 + 1] = rgb[i * 3 + 1];
    out[i * 4 + 2] = rgb[i * 3 + 2];
    out[i * 4 + 3] = alpha[i];
  }
}
