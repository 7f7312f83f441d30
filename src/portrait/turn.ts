/** Turning a picture by half. */
import type { Picture } from './picture.ts';

/** The picture turned by 180 degrees. */
export function turnUpsideDown(picture: Picture): Picture {
  const pixels = picture.width * picture.height;
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = (pixels - 1 - pixel) * 3;
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = picture.rgb[from + channel];
  }
  return { ...picture, rgb, alpha: picture.alpha?.slice().reverse() ?? null };
}
