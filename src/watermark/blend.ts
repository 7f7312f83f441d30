/** Lays a mark over frames. */
import type { Mark } from './mark.ts';

/**
 * In place, over `frame` [frameHeight, frameWidth, channels] uint8; with four channels colours are not multiplied by opacity.
 * Source over destination: Porter and Duff 1984, "Compositing Digital Images".
 */
export function blendMark(frame: Uint8Array, { width: frameWidth, channels }: { readonly width: number; readonly channels: 3 | 4 }, { rgba, width, height, x, y }: Mark): void {
  for (let row = 0; row < height; row++) {
    let to = ((y + row) * frameWidth + x) * channels;
    for (let from = row * width * 4, end = from + width * 4; from < end; from += 4, to += channels) {
      const opacity = rgba[from + 3] / 255;
      if (opacity === 0) continue;
      const below = channels === 4 ? (frame[to + 3] / 255) * (1 - opacity) : 1 - opacity;
      const sum = opacity + below;
      for (let channel = 0; channel < 3; channel++) {
        frame[to + channel] = Math.round((rgba[from + channel] * opacity + frame[to + channel] * below) / sum);
      }
      if (channels === 4) frame[to + 3] = Math.round(sum * 255);
    }
  }
}

/** Over each frame, in place. */
export async function* blendMarks(frames: AsyncIterable<Uint8Array>, shape: Parameters<typeof blendMark>[1], mark: Mark): AsyncGenerator<Uint8Array> {
  for await (const frame of frames) {
    blendMark(frame, shape, mark);
    yield frame;
  }
}
