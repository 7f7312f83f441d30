/** Step 12: hair at the silhouette. The mask is coarse; strands are found by their colour, which lies between the head's and the background's. */
import { boxMean, fillUnknown, resizeBilinear } from '../drawing/filters.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';

/** Strands are looked for this far from the mask, and the head's colour is taken this far inside it, face widths. */
const strandReach = 0.16;
const coreDepth = 0.03;
/** The background's colour is a mean over this radius, its spread over this one, face widths. */
const smoothRadius = 0.03;
const spreadRadius = 0.12;
const trustPasses = 3;
/** Colours of head and background far from the silhouette are smooth: this long side is enough for them. */
const workingSide = 320;
/** Head and background have to differ by this many times the background's own spread before colour decides at all, and wholly. */
const leastContrast = 2.5;
const fullContrast = 6;
/** Grey levels: a spread that every picture has (grain, compression), and a difference below which colours tell nothing. */
const leastSpread = 2.5;
const leastDifference = 24;

/** Below an ear lobe, where earrings of any colour hang: half axes of an ellipse, face widths, and how far below the lobe its middle is. */
const earringZone = { across: 0.12, down: 0.3, below: 0.22 };
/** What the background's spread does not explain by this many times is none of it. */
const strangeContrast: readonly [number, number] = [3, 7];
/** And by this many, hair in another light beside the outline. */
const litContrast: readonly [number, number] = [5, 9];

/**
 * Draws single hairs and earrings into a mask too coarse for them, in place: alpha [height, width] person 0..1; planes [height, width] 0..255 each.
 * lobes [2, 2] pixels, x right, y down.
 */
export function refineHair(alpha: Float32Array, planes: readonly Float32Array[], width: number, height: number, faceWidth: number, lobes: ArrayLike<number>): void {
  const shrink = Math.max(1, Math.max(width, height) / workingSide);
  const w = Math.round(width / shrink);
  const h = Math.round(height / shrink);
  const shrunk = (plane: Float32Array): Float32Array => resizeBilinear(boxMean(plane, width, height, Math.floor(shrink / 2)), width, height, w, h);
  const person = shrunk(alpha);
  const near = boxMean(person, w, h, Math.max(2, Math.round((strandReach * faceWidth) / shrink)));
  const core = boxMean(person, w, h, Math.max(1, Math.round((coreDepth * faceWidth) / shrink)));
  const isBackground = near.map((value) => (value < 0.003 ? 1 : 0));
  const isHead = core.map((value) => (value > 0.985 ? 1 : 0));
  if (!isBackground.includes(1) || !isHead.includes(1)) return;
  const small = planes.map(shrunk);
  const head = fillUnknown(small, isHead, w, h);
  const { colour: background, trusted } = estimateBackground(small, person, isBackground, w, h, faceWidth / shrink);
  const nearby = Math.max(2, Math.round((spreadRadius * faceWidth) / shrink));
  const lowest = background.map((plane) => extreme(plane, trusted, w, h, nearby, -1));
  const highest = background.map((plane) => extreme(plane, trusted, w, h, nearby, 1));
  const spread = measureSpread(trusted, small, background, w, h, nearby);
  const before = alpha.slice();
  const place = { at: new Int32Array(4), weights: new Float64Array(4) };
  for (let i = 0; i < alpha.length; i++) {
    const x = i % width;
    const y = (i - x) / width;
    placeIn(place, ((x + 0.5) * w) / width - 0.5, ((y + 0.5) * h) / height - 0.5, w, h);
    const nearness = read(near, place);
    const depth = read(core, place);
    if (nearness <= 0 || depth >= 0.97) continue;
    let squared = 0;
    let along = 0;
    let away = 0;
    let beyond = 0;
    for (let c = 0; c < planes.length; c++) {
      const behind = read(background[c], place);
      const difference = read(head[c], place) - behind;
      const own = planes[c][i];
      squared += difference * difference;
      along += difference * (own - behind);
      away += (own - behind) ** 2;
      beyond = Math.max(beyond, read(lowest[c], place) - own, own - read(highest[c], place));
    }
    const contrast = Math.sqrt(squared);
    const usual = read(spread, place);
    const outline = smoothStep(0, 0.06, nearness) * (1 - smoothStep(0.75, 0.97, depth));
    if (outline <= 0) continue;
    // What lies between colours of the background around may be one of its edges.
    const sure = outline * smoothStep(0.5, 2, beyond / usual) * smoothStep(leastContrast, fullContrast, contrast / usual) * smoothStep(leastDifference, 2 * leastDifference, contrast);
    if (sure > 0) {
      // The share of the head's colour (Chuang et al. 2001, equation 5, one pixel on the line from background to head), less what the background's spread explains.
      const noise = Math.min(0.5, (2 * usual) / contrast);
      const share = clamp((along / squared - noise) / (0.85 - noise), 0, 1);
      // What the mask is sure of stays: an ear may have the background's colour.
      alpha[i] += (share > alpha[i] ? sure : sure * (1 - smoothStep(0.5, 0.9, alpha[i]))) * (share - alpha[i]);
    }
    // Close to the outline, what no background around explains is hair in another light.
    const lit = outline * smoothStep(0.06, 0.2, nearness) * smoothStep(litContrast[0], litContrast[1], beyond / usual);
    const hanging = outline * zoneOfEarrings(lobes, faceWidth, x, y) * smoothStep(strangeContrast[0], strangeContrast[1], Math.sqrt(away) / usual);
    alpha[i] = Math.max(alpha[i], lit, hanging);
  }
  keepConnected(alpha, before, width, height, Math.round(0.012 * faceWidth));
}

/** Four pixels of a small plane and their weights: bilinear, held at the border. */
interface Place {
  at: Int32Array;
  weights: Float64Array;
}

function placeIn({ at, weights }: Place, x: number, y: number, w: number, h: number): void {
  const fx = clamp(x, 0, w - 1);
  const fy = clamp(y, 0, h - 1);
  const x0 = Math.floor(fx);
  const y0 = Math.floor(fy);
  const right = x0 < w - 1 ? 1 : 0;
  const below = y0 < h - 1 ? w : 0;
  at[0] = y0 * w + x0;
  at[1] = at[0] + right;
  at[2] = at[0] + below;
  at[3] = at[2] + right;
  const [tx, ty] = [fx - x0, fy - y0];
  weights[0] = (1 - tx) * (1 - ty);
  weights[1] = tx * (1 - ty);
  weights[2] = (1 - tx) * ty;
  weights[3] = tx * ty;
}

function read(plane: Float32Array, { at, weights }: Place): number {
  return weights[0] * plane[at[0]] + weights[1] * plane[at[1]] + weights[2] * plane[at[2]] + weights[3] * plane[at[3]];
}

function zoneOfEarrings(lobes: ArrayLike<number>, faceWidth: number, x: number, y: number): number {
  const { across, down, below } = earringZone;
  let most = 0;
  for (let k = 0; k < 4; k += 2) {
    const radius = Math.hypot((x - lobes[k]) / (across * faceWidth), (y - lobes[k + 1] - below * faceWidth) / (down * faceWidth));
    most = Math.max(most, 1 - smoothStep(0.8, 1, radius));
  }
  return most;
}

/** Pieces are told apart on cells, so many along the long side at most. */
const cellsAlong = 640;

/** Takes `alpha` [height, width] back to `before` in every piece that does not touch what `before` is sure of; pieces touch across `gap` pixels. */
export function keepConnected(alpha: Float32Array, before: Float32Array, width: number, height: number, gap: number): void {
  const cell = Math.ceil(Math.max(width, height) / cellsAlong);
  const columns = Math.ceil(width / cell);
  const rows = Math.ceil(height / cell);
  // 0 empty, 1 not reached, 2 reached.
  const cells = new Uint8Array(columns * rows);
  const queue: number[] = [];
  const cellOf = (i: number): number => Math.floor(Math.floor(i / width) / cell) * columns + Math.floor((i % width) / cell);
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] < 0.05 && before[i] <= 0.5) continue;
    const at = cellOf(i);
    if (before[i] > 0.5 && cells[at] < 2) {
      cells[at] = 2;
      queue.push(at);
    } else cells[at] = Math.max(1, cells[at]);
  }
  const reach = Math.max(1, Math.round(gap / cell));
  for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
    const x = at % columns;
    const y = (at - x) / columns;
    for (let ny = Math.max(0, y - reach); ny <= Math.min(rows - 1, y + reach); ny++) {
      for (let nx = Math.max(0, x - reach); nx <= Math.min(columns - 1, x + reach); nx++) {
        const next = ny * columns + nx;
        if (cells[next] !== 1) continue;
        cells[next] = 2;
        queue.push(next);
      }
    }
  }
  for (let i = 0; i < alpha.length; i++) if (cells[cellOf(i)] < 2) alpha[i] = Math.min(alpha[i], before[i]);
}

/**
 * The background's smooth colour near the silhouette, and which pixels [h, w] it rests on (0 or 1): first those far from the person, then step by step
 * those nearer by that look like it, so that strands of hair never count.
 */
function estimateBackground(
  small: readonly Float32Array[],
  person: Float32Array,
  isFar: Float32Array,
  w: number,
  h: number,
  faceWidth: number,
): { colour: Float32Array[]; trusted: Float32Array } {
  const smooth = Math.max(1, Math.round(smoothRadius * faceWidth));
  let trusted = isFar;
  let colour = fillSmooth(small, trusted, w, h, smooth);
  for (let pass = 0; pass < trustPasses; pass++) {
    const around = pass === 0 ? person.map((value) => (value < 0.05 ? 1 : 0)) : trusted;
    const spread = measureSpread(around, small, colour, w, h, Math.max(2, Math.round(spreadRadius * faceWidth)));
    trusted = person.map((value, i) => {
      if (value >= 0.05) return 0;
      let squared = 0;
      for (let c = 0; c < small.length; c++) squared += (small[c][i] - colour[c][i]) ** 2;
      return Math.sqrt(squared) < 2 * spread[i] ? 1 : 0;
    });
    colour = fillSmooth(small, trusted, w, h, smooth);
  }
  return { colour, trusted };
}

/** Means of the trusted pixels over (2 radius + 1)², and where there are none, of farther ones. */
function fillSmooth(planes: readonly Float32Array[], trusted: Float32Array, w: number, h: number, radius: number): Float32Array[] {
  const weight = boxMean(trusted, w, h, radius);
  const means = planes.map((plane) => boxMean(plane.map((value, i) => value * trusted[i]), w, h, radius).map((sum, i) => (weight[i] > 1e-4 ? sum / weight[i] : 0)));
  return fillUnknown(means, weight.map((value) => clamp(4 * value, 0, 1)), w, h);
}

/** [h, w] the largest trusted value (sign 1) or the smallest one (sign -1) within a square of (2 radius + 1)²; far beyond all values where there is none. */
function extreme(plane: Float32Array, trusted: Float32Array, w: number, h: number, radius: number, sign: 1 | -1): Float32Array {
  const out = plane.map((value, i) => (trusted[i] > 0 ? sign * value : none));
  const line = new Float32Array(Math.max(w, h) + 2 * radius);
  for (let y = 0; y < h; y++) highestAlong(out, line, y * w, 1, w, radius);
  for (let x = 0; x < w; x++) highestAlong(out, line, x, w, h, radius);
  for (let i = 0; i < out.length; i++) out[i] *= sign;
  return out;
}

/** Less than any colour, whatever its sign. */
const none = -1e3;

/** The largest value within `radius` along one line, in place: runs of 2, 4, 8 ... values, and at last two that overlap. */
function highestAlong(plane: Float32Array, line: Float32Array, start: number, step: number, length: number, radius: number): void {
  const padded = length + 2 * radius;
  line.fill(none, 0, padded);
  for (let i = 0; i < length; i++) line[radius + i] = plane[start + i * step];
  let run = 1;
  for (; run * 2 <= 2 * radius + 1; run *= 2) for (let i = 0; i + run < padded; i++) if (line[i + run] > line[i]) line[i] = line[i + run];
  const last = 2 * radius + 1 - run;
  for (let i = 0; i < length; i++) plane[start + i * step] = Math.max(line[i], line[i + last]);
}

/** [h, w] how far trusted (0..1) pixels stray from a smooth estimate around each pixel, grey levels (root mean square, three channels together). */
function measureSpread(trusted: Float32Array, planes: readonly Float32Array[], colour: readonly Float32Array[], w: number, h: number, radius: number): Float32Array {
  const squares = new Float32Array(trusted.length);
  for (let i = 0; i < trusted.length; i++) for (let c = 0; c < planes.length; c++) squares[i] += trusted[i] * (planes[c][i] - colour[c][i]) ** 2;
  const count = boxMean(trusted, w, h, radius);
  return boxMean(squares, w, h, radius).map((sum, i) => leastSpread + (count[i] > 0.01 ? Math.sqrt(Math.max(0, sum) / count[i]) : 255));
}
