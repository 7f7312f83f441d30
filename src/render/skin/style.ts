/** Step 7: how the picture is made, as far as a mouth drawn into it has to follow: lines, flat colours, its darkest and brightest tone. */
import { lumaOf } from '../drawing/luma.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';

type Colour = [number, number, number];

export interface PictureStyle {
  /** 0 photo or painting, 1 drawn in lines or dots: ink on paper */
  line: number;
  /** 0 shaded, 1 flat colours (cartoon) */
  flat: number;
  /** Mean colour of the face's darkest 6 % and brightest 15 %, 0..255 */
  ink: Colour;
  paper: Colour;
  /** Luma that 97 % of the face's pixels stay below: nothing in the mouth is brighter */
  brightest: number;
}

/** Steps between neighbours at a face of 220 pixels: above `sharpStep` grey levels they are lines, below `levelStep` flat colour. */
const sharpStep = 24;
const levelStep = 0.75;
const stepFaceWidth = 220;
/** Shares of such steps in faces, measured: photos and paintings 0.001-0.08 sharp, engravings, drawings and halftones 0.12-0.48; photos 0.06-0.28 level, cartoons 0.63-0.86. */
const lineShares = [0.1, 0.16] as const;
const flatShares = [0.42, 0.58] as const;

/** rgb [height, width, 3] sRGB; bounds x0, x1, y0, y1 of the face, whole pixels */
export function measureStyle(faceWidth: number, rgb: Uint8Array, width: number, [x0, x1, y0, y1]: readonly [number, number, number, number]): PictureStyle {
  const step = Math.max(1, Math.round(faceWidth / stepFaceWidth));
  const luma = (p: number): number => lumaOf(rgb, p);
  const histogram = new Float64Array(256);
  let sharp = 0;
  let level = 0;
  let count = 0;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x + step < x1; x++) {
      const p = (y * width + x) * 3;
      const grey = luma(p);
      const change = Math.abs(grey - luma(p + step * 3));
      histogram[Math.min(255, Math.round(grey))]++;
      if (change > sharpStep) sharp++;
      if (change < levelStep) level++;
      count++;
    }
  }
  const quantile = (share: number): number => {
    let sum = 0;
    for (let i = 0; i < 256; i++) {
      sum += histogram[i];
      if (sum >= share * count) return i;
    }
    return 255;
  };
  const total = Math.max(1, count);
  const [dark, bright] = [quantile(0.06), quantile(0.85)];
  const meanWhere = (accepts: (grey: number) => boolean): Colour => {
    const sum: Colour = [0, 0, 0];
    let n = 0;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) {
        const p = (y * width + x) * 3;
        if (!accepts(luma(p))) continue;
        for (let c = 0; c < 3; c++) sum[c] += rgb[p + c];
        n++;
      }
    }
    return sum.map((value) => value / Math.max(1, n)) as Colour;
  };
  const line = smoothStep(lineShares[0], lineShares[1], sharp / total);
  return {
    line,
    flat: smoothStep(flatShares[0], flatShares[1], level / total) * (1 - line),
    ink: meanWhere((grey) => grey <= dark),
    paper: meanWhere((grey) => grey >= bright),
    brightest: clamp(quantile(0.97), 40, 250),
  };
}
