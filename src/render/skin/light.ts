/** Step 7 and 8: the picture's colours and light, as far as skin and eyes tell them. */
import { lumaOf } from '../drawing/luma.ts';
import { blurGaussian } from '../drawing/filters.ts';
import { clamp } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import { cheekLandmarks, leftEyeLowerLandmarks, leftEyeUpperLandmarks, rightEyeLowerLandmarks, rightEyeUpperLandmarks } from '../../rig/landmarks.ts';

import type { OwnTeeth } from '../mouth/own-teeth.ts';
import { measureStyle, type PictureStyle } from './style.ts';

export type Colour = [number, number, number];

export interface MouthColours {
  teeth: Colour;
  lowerTeeth: Colour;
  gum: Colour;
  tongue: Colour;
  cavity: Colour;
  /** Whether the picture has one tone only: black and white, sepia, an engraving */
  isGrey: boolean;
  skin: Colour;
  /** Light on the image-left and image-right half of the mouth over its mean */
  sideLight: [number, number];
  /** How a colour of each channel falls in shade: brightness to this power. In a coloured mouth shade turns red; in a one-tone picture it follows the picture's own tones. */
  shadeExponents: Colour;
  lash: Colour;
  style: PictureStyle;
}

/** Skin under white light, relative to its luma: a light brown midway between skin tones (red, green, blue). */
const canonicalSkin: Colour = [1.215, 0.93, 0.76];

/** Hues of a face vary more than this even under one light; those of a toned picture do not (standard deviation of red and blue over luma). */
const toneSpread = 0.035;

/** Standard deviation of red/luma and blue/luma about their course with luma, over the face's middle tones; and the colour over luma at each level of luma. */
function measureHues(head: Head, rgb: Uint8Array, width: number, height: number): { spread: number; tone: (level: number) => Colour } {
  const [x0, x1, y0, y1] = faceBounds(head, width, height);
  const bins = Array.from({ length: 16 }, () => ({ n: 0, r: 0, rr: 0, b: 0, bb: 0 }));
  for (let y = y0; y < y1; y += 2) {
    for (let x = x0; x < x1; x += 2) {
      const p = (y * width + x) * 3;
      const grey = lumaOf(rgb, p);
      if (grey < 50 || grey > 235) continue;
      const bin = bins[Math.floor(grey / 16)];
      const [r, b] = [rgb[p] / grey, rgb[p + 2] / grey];
      bin.n++;
      bin.r += r;
      bin.rr += r * r;
      bin.b += b;
      bin.bb += b * b;
    }
  }
  let sum = 0;
  let count = 0;
  for (const { n, r, rr, b, bb } of bins) {
    if (n < 20) continue;
    sum += rr - (r * r) / n + bb - (b * b) / n;
    count += n;
  }
  const known = bins.map((bin, i) => ({ ...bin, level: i * 16 + 8 })).filter(({ n }) => n >= 20);
  const tone = (level: number): Colour => {
    const near = known.reduce((best, bin) => (Math.abs(bin.level - level) < Math.abs(best.level - level) ? bin : best), known[0] ?? { n: 1, r: 1, b: 1, level });
    const [r, b] = [near.r / near.n, near.b / near.n];
    return [r, (1 - 0.299 * r - 0.114 * b) / 0.587, b];
  };
  return { spread: count > 0 ? Math.sqrt(sum / count / 2) : 0, tone };
}

/** Powers that take the picture's tone at the level of skin to its tone in the dark. */
function toneExponents(tone: (level: number) => Colour, skinLuma: number): Colour {
  const dark = 0.3 * skinLuma;
  const [bright, shaded] = [tone(skinLuma), tone(dark)];
  return bright.map((value, c) => clamp(1 + Math.log(Math.max(0.05, shaded[c]) / Math.max(0.05, value)) / Math.log(0.3), 0.8, 1.6)) as Colour;
}

/** Colours of the mouth's inside under the picture's own light: skin colour over canonical skin gives the light, on a line from warm to cold. */
export function mouthColours(head: Head, rgb: Uint8Array, width: number, height: number, own: OwnTeeth | null): MouthColours {
  const style = measureStyle(head.faceWidth, rgb, width, faceBounds(head, width, height));
  const skin = medianAround(head, rgb, width, height);
  const skinLuma = Math.max(8, lumaOf(skin));
  const { sclera, dark } = eyeColours(head, rgb, width, height);
  // Part of what looks like coloured light is the colour of this skin: teeth take less of it.
  const paler = (colour: Colour): Colour => (isGrey ? colour : (colour.map((value) => lumaOf(colour) + (value - lumaOf(colour)) * 0.7) as Colour));
  const { spread, tone } = measureHues(head, rgb, width, height);
  const isGrey = spread < toneSpread;
  const raw = skin.map((value, c) => value / skinLuma / canonicalSkin[c]) as Colour;
  const middle = [...raw].sort((a, b) => a - b)[1];
  const warm: Colour = [raw[0] ** 0.8, (0.5 * Math.sqrt(raw[0] * raw[2]) + 0.5 * middle) ** 0.8, raw[2] ** 0.8];
  const level = lumaOf(warm);
  const light = warm.map((value) => clamp(value / level, 0.35, 1.7)) as Colour;
  const lit = (albedo: Colour, brightness: number): Colour => {
    if (isGrey) return tone(brightness).map((value) => value * brightness) as Colour;
    const grey = lumaOf(albedo);
    return albedo.map((value, c) => (value / grey) * light[c] * brightness) as Colour;
  };
  const scleraLuma = lumaOf(sclera);
  // Teeth stand out further from dark skin than from light skin; the white of the eye says how far.
  const brightest = Math.max(skinLuma * 1.4, style.brightest * 0.7);
  const teethLuma = clamp(Math.min(style.brightest, Math.max(skinLuma * (1.02 + 0.5 * clamp(1 - skinLuma / 130, 0, 1)), Math.min(scleraLuma * 1.1, brightest))), 40, 220);
  // Skin under white light can be redder than the canonical one: half of the light's colour is that of the eye's white.
  const whiteOfEye = sclera.map((value) => clamp(value / Math.max(1, scleraLuma), 0.6, 1.4)) as Colour;
  const underEyeLight = (colour: Colour): Colour => (isGrey ? colour : (colour.map((value, c) => value * Math.sqrt(whiteOfEye[c] / light[c])) as Colour));
  const lip = lipColour(head, rgb, width, height);
  const blend = (a: Colour, share: number, b: Colour): Colour => a.map((value, c) => value * share + b[c] * (1 - share)) as Colour;
  const drawn = (colour: Colour, ink: Colour): Colour => blend(ink, style.line, colour);
  const teeth = own?.colour ?? (paler(underEyeLight(lit([1.06, 0.985, 0.87], teethLuma))).map((value) => Math.min(238, value)) as Colour);
  return {
    teeth: drawn(teeth, style.paper),
    // A drawing shows one band of teeth.
    lowerTeeth: drawn(teeth.map((value) => value * 0.9) as Colour, style.ink),
    gum: drawn(blend(lip, 0.5, lit([1.5, 0.7, 0.72], skinLuma * 0.52)), style.ink),
    tongue: drawn(blend(lip, 0.3, lit([1.45, 0.74, 0.76], skinLuma * (isGrey ? 0.6 : 0.78))), style.ink),
    cavity: drawn(lit([1.75, 0.7, 0.68], skinLuma * 0.5), style.ink),
    isGrey,
    skin,
    sideLight: sideLight(head, rgb, width, height),
    shadeExponents: isGrey ? toneExponents(tone, skinLuma) : [0.9, 1.15, 1.25],
    lash: blend(dark, 0.7, skin.map((value) => value * 0.5) as Colour),
    style,
  };
}

/** A face lit from one side has teeth lit from one side: the cheeks' luma over their mean, softened. */
function sideLight(head: Head, rgb: Uint8Array, width: number, height: number): [number, number] {
  const left = lumaOf(medianAround(head, rgb, width, height, cheekLandmarks.filter((_, i) => i % 2 === 0)));
  const right = lumaOf(medianAround(head, rgb, width, height, cheekLandmarks.filter((_, i) => i % 2 === 1)));
  const over = (value: number): number => clamp(1 + 0.75 * ((2 * value) / Math.max(1, left + right) - 1), 0.55, 1.35);
  return [over(left), over(right)];
}

/** Median colour of the skin around landmarks, the cheeks' if not told. */
export function medianAround(head: Head, rgb: Uint8Array, width: number, height: number, landmarks: readonly number[] = cheekLandmarks): Colour {
  const samples: number[][] = [[], [], []];
  const radius = Math.max(2, Math.round(head.faceWidth * 0.03));
  for (const i of landmarks) {
    const cx = Math.round(head.landmarks[i * 3]);
    const cy = Math.round(head.landmarks[i * 3 + 1]);
    for (let y = Math.max(0, cy - radius); y <= Math.min(height - 1, cy + radius); y++) {
      for (let x = Math.max(0, cx - radius); x <= Math.min(width - 1, cx + radius); x++) for (let c = 0; c < 3; c++) samples[c].push(rgb[(y * width + x) * 3 + c]);
    }
  }
  return samples.map((list) => list.sort((a, b) => a - b)[list.length >> 1] ?? 128) as Colour;
}

/** Mean of the brightest fifth (sclera) and the darkest seventh (lashes, pupil) inside the eyes. */
function eyeColours(head: Head, rgb: Uint8Array, width: number, height: number): { sclera: Colour; dark: Colour } {
  const pixels: Colour[] = [];
  for (const [upper, lower] of [
    [rightEyeUpperLandmarks, rightEyeLowerLandmarks],
    [leftEyeUpperLandmarks, leftEyeLowerLandmarks],
  ] as const) {
    for (let k = 1; k < upper.length - 1; k++) {
      for (let s = 0; s <= 8; s++) {
        const point = (axis: number): number => {
          const at = (head.landmarks[upper[k] * 3 + axis] * (8 - s) + head.landmarks[lower[k] * 3 + axis] * s) / 8;
          return clamp(Math.floor(at), 0, (axis === 0 ? width : height) - 1);
        };
        const p = (point(1) * width + point(0)) * 3;
        pixels.push([rgb[p], rgb[p + 1], rgb[p + 2]]);
      }
    }
  }
  pixels.sort((a, b) => lumaOf(a) - lumaOf(b));
  const mean = (list: Colour[]): Colour => [0, 1, 2].map((c) => list.reduce((sum, pixel) => sum + pixel[c], 0) / Math.max(1, list.length)) as Colour;
  return { sclera: mean(pixels.slice(Math.floor(pixels.length * 0.8))), dark: mean(pixels.slice(0, Math.ceil(pixels.length * 0.15))) };
}

export function lipColour(head: Head, rgb: Uint8Array, width: number, height: number): Colour {
  const sum: Colour = [0, 0, 0];
  const points = [84, 314, 17, 181, 405];
  for (const i of points) {
    const x = clamp(Math.floor(head.landmarks[i * 3]), 0, width - 1);
    const y = clamp(Math.floor(head.landmarks[i * 3 + 1]), 0, height - 1);
    for (let c = 0; c < 3; c++) sum[c] += rgb[(y * width + x) * 3 + c] / points.length;
  }
  return sum;
}

/** How soft the picture is in the face, as the sigma in pixels of an equivalent blur: from how much of its finest detail a small blur takes away. */
export function measureSoftness(head: Head, rgb: Uint8Array, width: number, height: number): number {
  const { plane, w, h } = faceLuma(head, rgb, width, height);
  const detail = (values: Float32Array): number => {
    const list: number[] = [];
    for (let y = 1; y < h - 1; y++) {
      for (let x = 1 + (y % 3); x < w - 1; x += 3) {
        const i = y * w + x;
        list.push(Math.abs(4 * values[i] - values[i - 1] - values[i + 1] - values[i - w] - values[i + w]));
      }
    }
    return Float32Array.from(list).sort()[Math.floor(list.length * 0.98)] ?? 0;
  };
  const ratio = detail(blurGaussian(plane, w, h, 1)) / Math.max(1e-3, detail(plane));
  const ratios = [0.12, 0.3, 0.5, 0.7, 0.85];
  const sigmas = [0.45, 0.6, 0.9, 1.5, 2.4];
  let k = 0;
  while (k < ratios.length - 2 && ratio > ratios[k + 1]) k++;
  return clamp(sigmas[k] + ((ratio - ratios[k]) / (ratios[k + 1] - ratios[k])) * (sigmas[k + 1] - sigmas[k]), 0.45, 2.4);
}

/** Luma [h, w] of the part of the picture that holds the landmarks, and its top left corner. */
export function faceLuma(head: Head, rgb: Uint8Array, width: number, height: number): { plane: Float32Array; x: number; y: number; w: number; h: number } {
  const [x0, x1, y0, y1] = faceBounds(head, width, height);
  const w = Math.max(1, x1 - x0);
  const h = Math.max(1, y1 - y0);
  const plane = new Float32Array(w * h);
  for (let i = 0; i < w * h; i++) {
    const p = ((y0 + Math.floor(i / w)) * width + x0 + (i % w)) * 3;
    plane[i] = lumaOf(rgb, p);
  }
  return { plane, x: x0, y: y0, w, h };
}

/** x0, x1, y0, y1 of the landmarks, inside the picture. */
export function faceBounds(head: Head, width: number, height: number): [number, number, number, number] {
  let [x0, x1, y0, y1] = [width, 0, height, 0];
  for (let i = 0; i < 468; i++) {
    x0 = Math.min(x0, head.landmarks[i * 3]);
    x1 = Math.max(x1, head.landmarks[i * 3]);
    y0 = Math.min(y0, head.landmarks[i * 3 + 1]);
    y1 = Math.max(y1, head.landmarks[i * 3 + 1]);
  }
  return [Math.max(0, Math.floor(x0)), Math.min(width, Math.ceil(x1)), Math.max(0, Math.floor(y0)), Math.min(height, Math.ceil(y1))];
}
