/** Quarter turns. */
import type { Picture } from './picture.ts';

/** Turns the picture clockwise by `quarterTurns` times 90 degrees. */
export function turnPicture(picture: Picture, quarterTurns: 1 | 2 | 3): Picture {
  const { width: oldWidth, height: oldHeight } = picture;
  const isUpright = quarterTurns === 2;
  const width = isUpright ? oldWidth : oldHeight;
  const height = isUpright ? oldHeight : oldWidth;
  const sourceOf = (column: number, row: number): number => {
    if (quarterTurns === 1) return (oldHeight - 1 - column) * oldWidth + row;
    if (quarterTurns === 2) return (oldHeight - 1 - row) * oldWidth + (oldWidth - 1 - column);
    return column * oldWidth + (oldWidth - 1 - row);
  };
  const rgb = new Uint8Array(width * height * 3);
  const alpha = picture.alpha === null ? null : new Uint8Array(width * height);
  for (let row = 0, to = 0; row < height; row++) {
    for (let column = 0; column < width; column++, to++) {
      const from = sourceOf(column, row);
      for (let channel = 0; channel < 3; channel++) rgb[to * 3 + channel] = picture.rgb[from * 3 + channel];
      if (alpha !== null && picture.alpha !== null) alpha[to] = picture.alpha[from];
    }
  }
  return { ...picture, width, height, rgb, alpha };
}
