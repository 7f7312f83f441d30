/** A made portrait with plain skin and painted eyes: white, iris, catch light and upper lashes; glasses on demand. */
import { leftEyeLowerLandmarks, leftEyeUpperLandmarks, leftIrisLandmarks, rightEyeLowerLandmarks, rightEyeUpperLandmarks, rightIrisLandmarks } from '../../src/rig/landmarks.ts';
import type { RenderSource } from '../../src/render/renderer.ts';
import { makePortrait } from './portrait.ts';

export const skinTone = [200, 160, 140] as const;

export interface MadeEye {
  /** Pixels */
  centre: [number, number];
  iris: [number, number];
  width: number;
}

export interface MadeEyes {
  portrait: RenderSource;
  eyes: MadeEye[];
}

/** `glasses`: dark rings of this radius in eye widths, joined over the nose; `dark` fills them. */
export function makeEyes({ glasses = 0, dark = false }: { glasses?: number; dark?: boolean } = {}): MadeEyes {
  const size = 400;
  const portrait = makePortrait({ width: size, height: size, scale: 150 });
  const { rgb, landmarks } = portrait;
  const put = (x: number, y: number, colour: readonly number[]): void => rgb.set(colour, (y * size + x) * 3);
  for (let y = 0; y < size; y++) for (let x = 0; x < size; x++) put(x, y, skinTone);
  const at = (i: number): [number, number] => [landmarks[i * 3], landmarks[i * 3 + 1]];
  const eyes = (
    [
      [rightEyeUpperLandmarks, rightEyeLowerLandmarks, rightIrisLandmarks],
      [leftEyeUpperLandmarks, leftEyeLowerLandmarks, leftIrisLandmarks],
    ] as const
  ).map(([upper, lower, iris]): MadeEye => {
    const [left, right] = [at(upper[0]), at(upper[upper.length - 1])];
    const edge = (chain: readonly number[], x: number): number => {
      for (let i = 0; i + 1 < chain.length; i++) {
        const [a, b] = [at(chain[i]), at(chain[i + 1])];
        if (x >= a[0] && x <= b[0]) return a[1] + ((b[1] - a[1]) * (x - a[0])) / (b[0] - a[0] || 1);
      }
      return Number.NaN;
    };
    const [ix, iy] = at(iris[0]);
    const radius = iris.slice(1).reduce((sum, i) => sum + Math.hypot(at(i)[0] - ix, at(i)[1] - iy) / 4, 0);
    for (let x = Math.ceil(left[0]); x < right[0]; x++) {
      const [top, bottom] = [edge(upper, x + 0.5), edge(lower, x + 0.5)];
      for (let y = Math.floor(top) - 3; y <= bottom; y++) {
        const away = Math.hypot(x + 0.5 - ix, y + 0.5 - iy);
        const light = Math.hypot(x + 0.5 - ix, y + 0.5 - iy + 0.3 * radius) < 0.22 * radius;
        put(x, y, y < top ? [40, 30, 25] : light ? [250, 250, 250] : away < radius ? [60, 62, 64] : [215, 215, 215]);
      }
    }
    return { centre: [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2], iris: [ix, iy], width: right[0] - left[0] };
  });
  if (glasses > 0) {
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        const rings = eyes.map(({ centre, width }) => Math.hypot(x - centre[0], y - centre[1]) / width - glasses);
        const bridge = Math.abs(y - eyes[0].centre[1]) < 3 && x > eyes[0].centre[0] && x < eyes[1].centre[0] && Math.min(...rings) > 0;
        if (bridge || Math.min(...rings.map(Math.abs)) < 0.05) put(x, y, [20, 20, 20]);
        else if (dark && Math.min(...rings) < 0) put(x, y, [30, 30, 32]);
      }
    }
  }
  return { portrait, eyes };
}
