/** Step 7: upper teeth that the picture itself shows: kept, fixed to the skull, while the lips move over them. */
import { lumaOf } from '../drawing/luma.ts';
import { chainPoints } from '../drawing/face.ts';
import { chainParameters, clamp, interpolate, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';

/** A rectangle of the picture, whole pixels, with the share of each pixel that is tooth. */
export interface OwnTeeth {
  x: number;
  y: number;
  width: number;
  height: number;
  /** [height, width] 0..1 */
  weights: Float32Array;
  /** Mean colour of the teeth, 0..255 */
  colour: [number, number, number];
  /** [x, y] pixels: where the middle teeth end, or where the lower lip covers them */
  edge: [number, number];
  /** Whether the lower lip covers the biting edge */
  isCovered: boolean;
}

/** Lips must be this far apart (face heights) for teeth to be told from a highlight. */
const leastGap = 0.018;
/** Share of the mouth's columns that must show teeth. */
const leastColumns = 0.34;
/** Teeth are at least this bright and at most this red, over the skin's luma and over the redness of skin and lips. */
const leastLuma = [0.5, 0.72] as const;
const mostRedness = [0.42, 0.66] as const;

/** One column across the open mouth: pixels along `down` from its point on the upper lip's seam. */
interface Column {
  top: number;
  bottom: number;
  gap: number;
}

/** Looks between the lips of the picture. rgb [height, width, 3]; skin and lip: colours 0..255. Null where teeth do not clearly show. */
export function findOwnTeeth(head: Head, rgb: Uint8Array, width: number, height: number, skin: readonly number[], lip: readonly number[]): OwnTeeth | null {
  const { rig, rest } = head;
  const upper = chainPoints(rest, rig.upperLipSeam);
  const lower = chainPoints(rest, rig.lowerLipSeam);
  const upperAt = chainParameters(upper);
  const lowerAt = chainParameters(lower);
  const n = rig.upperLipSeam.length;
  const span = Math.hypot(upper[2 * n - 2] - upper[0], upper[2 * n - 1] - upper[1]) || 1;
  const across = [(upper[2 * n - 2] - upper[0]) / span, (upper[2 * n - 1] - upper[1]) / span];
  const down = [-across[1], across[0]];
  const skinLuma = Math.max(8, lumaOf(skin));
  const redness = (r: number, g: number, grey: number): number => (r - g) / Math.max(8, grey);
  const skinRed = redness(skin[0], skin[1], skinLuma);
  const lipRed = redness(lip[0], lip[1], Math.max(8, lumaOf(lip)));
  const red = Math.max(skinRed, 0.75 * lipRed);
  const isToned = red < 0.12;
  const toothness = (px: number, py: number): number => {
    const p = (clamp(Math.floor(py), 0, height - 1) * width + clamp(Math.floor(px), 0, width - 1)) * 3;
    const grey = lumaOf(rgb, p);
    const bright = isToned ? smoothStep(0.9, 1.05, grey / skinLuma) : smoothStep(leastLuma[0], leastLuma[1], grey / skinLuma);
    return bright * (isToned ? 1 : 1 - smoothStep(mostRedness[0], mostRedness[1], redness(rgb[p], rgb[p + 1], grey) / red));
  };
  const count = Math.max(8, Math.round(span));
  const columns: Column[] = [];
  const starts: number[][] = [];
  let open = 0;
  for (let k = 0; k < count; k++) {
    const t = (k + 0.5) / count;
    const from = [0, 1].map((axis) => interpolate(upperAt, upper, t, 2, axis));
    const gap = [0, 1].reduce((sum, axis) => sum + (interpolate(lowerAt, lower, t, 2, axis) - from[axis]) * down[axis], 0);
    starts.push(from);
    columns.push(scanColumn(gap, (s) => toothness(from[0] + s * down[0], from[1] + s * down[1])));
    if (gap > leastGap * head.faceHeight) open++;
  }
  const shown = columns.filter((column) => column.bottom - column.top > Math.max(2, 0.12 * column.gap));
  if (open < 0.3 * count || shown.length < leastColumns * count) return null;
  bridgeColumns(columns);
  return cutOut(rgb, width, height, columns, starts, across, down, skinLuma);
}

/** The first run of tooth below the upper lip: it may begin under a shadow or some gum, and ends at the first pixels that are none. */
function scanColumn(gap: number, toothnessAt: (s: number) => number): Column {
  const none = { top: 0, bottom: 0, gap };
  if (gap < 2.5) return none;
  let top = -1;
  let bottom = -1;
  for (let s = 0; s <= gap; s += 0.5) {
    const tooth = toothnessAt(s) > 0.5;
    if (tooth && top < 0) top = s;
    if (tooth) bottom = s;
    if (top < 0 && s > 0.5 * gap) return none;
    if (top >= 0 && s - bottom > Math.max(1.5, 0.08 * gap)) break;
  }
  return top < 0 || bottom - top < 1.5 ? none : { top, bottom, gap };
}

/** Gaps between teeth are dark: a column without teeth between two that have some takes theirs; then single outliers go (running median of five). */
function bridgeColumns(columns: Column[]): void {
  const reach = Math.max(2, Math.round(columns.length * 0.05));
  const has = columns.map((column) => column.bottom > column.top);
  const filled = columns.map((column, k) => {
    if (has[k]) return column;
    const left = nearestIn(has, k, -1, reach);
    const right = nearestIn(has, k, 1, reach);
    return left < 0 || right < 0 ? column : { ...column, top: (columns[left].top + columns[right].top) / 2, bottom: (columns[left].bottom + columns[right].bottom) / 2 };
  });
  const [first, last] = middleRun(filled);
  filled.forEach((column, k) => {
    if (k < first || k > last) {
      columns[k] = { top: 0, bottom: 0, gap: column.gap };
      return;
    }
    const near = filled.slice(Math.max(0, k - 3), k + 4);
    const middle = (pick: (c: Column) => number): number => near.map(pick).sort((a, b) => a - b)[near.length >> 1];
    columns[k] = { gap: column.gap, top: middle((c) => c.top), bottom: middle((c) => c.bottom) };
  });
}

/** First and last column of the longest run with teeth: single spots beside it are highlights of the lips. */
function middleRun(columns: readonly Column[]): [number, number] {
  let best: [number, number] = [0, -1];
  let start = 0;
  for (let k = 0; k <= columns.length; k++) {
    if (k < columns.length && columns[k].bottom > columns[k].top) continue;
    if (k - 1 - start > best[1] - best[0]) best = [start, k - 1];
    start = k + 1;
  }
  return best;
}

function nearestIn(has: readonly boolean[], from: number, step: number, reach: number): number {
  for (let k = from + step, left = reach; k >= 0 && k < has.length && left > 0; k += step, left--) if (has[k]) return k;
  return -1;
}

/** The patch's edges fade over this many pixels, above and below, and at its sides. */
const softEdge = 1.2;
const sideEdge = 4;

function cutOut(rgb: Uint8Array, width: number, height: number, columns: Column[], starts: number[][], across: number[], down: number[], skinLuma: number): OwnTeeth {
  const points = columns.flatMap((column, k) => [column.top, column.bottom].map((s) => [starts[k][0] + s * down[0], starts[k][1] + s * down[1]]));
  const x0 = Math.max(0, Math.floor(Math.min(...points.map((p) => p[0])) - 2));
  const y0 = Math.max(0, Math.floor(Math.min(...points.map((p) => p[1])) - 2));
  const w = Math.min(width, Math.ceil(Math.max(...points.map((p) => p[0])) + 2)) - x0;
  const h = Math.min(height, Math.ceil(Math.max(...points.map((p) => p[1])) + 2)) - y0;
  const weights = new Float32Array(w * h);
  const first = starts[0];
  const last = starts[starts.length - 1];
  const length = (last[0] - first[0]) * across[0] + (last[1] - first[1]) * across[1] || 1;
  const isTooth = columns.map((column) => column.bottom > column.top);
  const [firstTooth, lastTooth] = [isTooth.indexOf(true), isTooth.lastIndexOf(true)];
  const colour: [number, number, number] = [0, 0, 0];
  let sum = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const [px, py] = [x0 + x + 0.5, y0 + y + 0.5];
      const place = (((px - first[0]) * across[0] + (py - first[1]) * across[1]) / length) * (columns.length - 1);
      if (place < 0 || place > columns.length - 1) continue;
      const k = Math.min(columns.length - 2, Math.floor(place));
      const mix = (pick: (i: number) => number): number => pick(k) + (pick(k + 1) - pick(k)) * (place - k);
      const top = mix((i) => columns[i].top);
      const bottom = mix((i) => columns[i].bottom);
      if (bottom - top < 1) continue;
      const s = mix((i) => (px - starts[i][0]) * down[0] + (py - starts[i][1]) * down[1]);
      const weight = smoothStep(-0.2, softEdge, s - top) * smoothStep(-0.2, softEdge, bottom - s) * smoothStep(0, sideEdge, Math.min(place - firstTooth, lastTooth - place));
      weights[y * w + x] = weight;
      const p = ((y0 + y) * width + x0 + x) * 3;
      if (weight < 0.9 || lumaOf(rgb, p) < 0.6 * skinLuma) continue;
      for (let c = 0; c < 3; c++) colour[c] += rgb[p + c];
      sum++;
    }
  }
  const middle = columns.map((column, k) => ({ ...column, start: starts[k] })).filter((column, k) => Math.abs(k + 0.5 - columns.length / 2) < 0.16 * columns.length && column.bottom > column.top);
  const bottoms = middle.map((column) => column.bottom).sort((a, b) => a - b);
  const bottom = bottoms[bottoms.length >> 1] ?? 0;
  const centre = middle[middle.length >> 1]?.start ?? starts[starts.length >> 1];
  const covered = middle.filter((column) => column.gap - column.bottom < Math.max(2, 0.1 * column.gap)).length > 0.5 * middle.length;
  return {
    x: x0,
    y: y0,
    width: w,
    height: h,
    weights,
    colour: colour.map((value) => value / Math.max(1, sum)) as [number, number, number],
    edge: [centre[0] + bottom * down[0], centre[1] + bottom * down[1]],
    isCovered: covered,
  };
}

/** Share 0..1 of tooth at picture coordinates (pixel i covers i to i + 1), between the pixels' middles. */
export function ownToothAt(own: OwnTeeth, x: number, y: number): number {
  const fx = x - own.x - 0.5;
  const fy = y - own.y - 0.5;
  const ix = Math.floor(fx);
  const iy = Math.floor(fy);
  if (ix < 0 || iy < 0 || ix >= own.width - 1 || iy >= own.height - 1) return 0;
  const i = iy * own.width + ix;
  const { weights } = own;
  const tx = fx - ix;
  const top = weights[i] + (weights[i + 1] - weights[i]) * tx;
  const bottom = weights[i + own.width] + (weights[i + own.width + 1] - weights[i + own.width]) * tx;
  return top + (bottom - top) * (fy - iy);
}
