/** Step 12: hair at the silhouette. The mask is coarse; strands are found by their colour, which lies between the head's and the background's. */
import { boxMean, fillUnknown, resizeBilinear } from './filters.ts';
import { clamp, smoothStep } from './geometry.ts';

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
  const grown = (plane: Float32Array): Float32Array => resizeBilinear(plane, w, h, width, height);
  const head = fillUnknown(small, isHead, w, h).map(grown);
  const estimate = estimateBackground(small, person, isBackground, w, h, faceWidth / shrink);
  const background = estimate.colour.map(grown);
  const nearby = Math.max(2, Math.round((spreadRadius * faceWidth) / shrink));
  const lowest = estimate.colour.map((plane) => grown(extreme(plane, estimate.trusted, w, h, nearby, Math.min)));
  const highest = estimate.colour.map((plane) => grown(extreme(plane, estimate.trusted, w, h, nearby, Math.max)));
  const spread = measureSpread(grown(estimate.trusted), planes, background, width, height, Math.max(2, Math.round(spreadRadius * faceWidth)));
  const nearness = grown(near);
  const depth = grown(core);
  const before = alpha.slice();
  for (let i = 0; i < alpha.length; i++) {
    if (nearness[i] <= 0 || depth[i] >= 0.97) continue;
    let squared = 0;
    let along = 0;
    let beyond = 0;
    for (let c = 0; c < planes.length; c++) {
      const difference = head[c][i] - background[c][i];
      squared += difference * difference;
      along += difference * (planes[c][i] - background[c][i]);
      beyond = Math.max(beyond, lowest[c][i] - planes[c][i], planes[c][i] - highest[c][i]);
    }
    const contrast = Math.sqrt(squared);
    const outline = smoothStep(0, 0.06, nearness[i]) * (1 - smoothStep(0.75, 0.97, depth[i]));
    // What lies between colours of the background around may be one of its edges.
    const sure = outline * smoothStep(0.5, 2, beyond / spread[i]) * smoothStep(leastContrast, fullContrast, contrast / spread[i]) * smoothStep(leastDifference, 2 * leastDifference, contrast);
    if (sure > 0) {
      // The share of the head's colour (Chuang et al. 2001, equation 5, one pixel on the line from background to head), less what the background's spread explains.
      const noise = Math.min(0.5, (2 * spread[i]) / contrast);
      const share = clamp((along / squared - noise) / (0.85 - noise), 0, 1);
      // What the mask is sure of stays: an ear may have the background's colour.
      alpha[i] += (share > alpha[i] ? sure : sure * (1 - smoothStep(0.5, 0.9, alpha[i]))) * (share - alpha[i]);
    }
    // Close to the outline, what no background around explains is hair in another light.
    const lit = outline * smoothStep(0.06, 0.2, nearness[i]) * smoothStep(strangeContrast[0], strangeContrast[1], beyond / spread[i]);
    alpha[i] = Math.max(alpha[i], lit);
    const hanging = zoneOfEarrings(lobes, faceWidth, i % width, Math.floor(i / width));
    if (hanging > 0) {
      const away = Math.hypot(...planes.map((plane, c) => plane[i] - background[c][i]));
      alpha[i] = Math.max(alpha[i], hanging * outline * smoothStep(strangeContrast[0], strangeContrast[1], away / spread[i]));
    }
  }
  keepConnected(alpha, before, width, height, Math.max(1, Math.round(0.012 * faceWidth)));
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

/** Takes `alpha` [height, width] back to `before` in every piece that does not touch what `before` is sure of; pieces touch across `gap` pixels. */
export function keepConnected(alpha: Float32Array, before: Float32Array, width: number, height: number, gap: number): void {
  const reached = new Uint8Array(alpha.length);
  const queue: number[] = [];
  for (let i = 0; i < alpha.length; i++) {
    if (before[i] <= 0.5) continue;
    reached[i] = 1;
    queue.push(i);
  }
  for (let i = queue.pop(); i !== undefined; i = queue.pop()) {
    const x = i % width;
    const y = (i - x) / width;
    for (let ny = Math.max(0, y - gap); ny <= Math.min(height - 1, y + gap); ny++) {
      for (let nx = Math.max(0, x - gap); nx <= Math.min(width - 1, x + gap); nx++) {
        const next = ny * width + nx;
        if (reached[next] || alpha[next] < 0.05) continue;
        reached[next] = 1;
        queue.push(next);
      }
    }
  }
  for (let i = 0; i < alpha.length; i++) if (!reached[i]) alpha[i] = Math.min(alpha[i], before[i]);
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

/** [h, w] the smallest or largest trusted value within a square of (2 radius + 1)²; infinite where there is none. */
function extreme(plane: Float32Array, trusted: Float32Array, w: number, h: number, radius: number, pick: (a: number, b: number) => number): Float32Array {
  const none = pick(-1e3, 1e3) * -1;
  const masked = plane.map((value, i) => (trusted[i] > 0 ? value : none));
  const rows = new Float32Array(w * h);
  const out = new Float32Array(w * h);
  for (let i = 0; i < w * h; i++) {
    const x = i % w;
    let found = none;
    for (let k = Math.max(-radius, -x); k <= Math.min(radius, w - 1 - x); k++) found = pick(found, masked[i + k]);
    rows[i] = found;
  }
  for (let i = 0; i < w * h; i++) {
    const y = Math.floor(i / w);
    let found = none;
    for (let k = Math.max(-radius, -y); k <= Math.min(radius, h - 1 - y); k++) found = pick(found, rows[i + k * w]);
    out[i] = found;
  }
  return out;
}

/** [h, w] how far trusted (0..1) pixels stray from a smooth estimate around each pixel, grey levels (root mean square, three channels together). */
function measureSpread(trusted: Float32Array, planes: readonly Float32Array[], colour: readonly Float32Array[], w: number, h: number, radius: number): Float32Array {
  const squares = new Float32Array(trusted.length);
  for (let i = 0; i < trusted.length; i++) for (let c = 0; c < planes.length; c++) squares[i] += trusted[i] * (planes[c][i] - colour[c][i]) ** 2;
  const count = boxMean(trusted, w, h, radius);
  return boxMean(squares, w, h, radius).map((sum, i) => leastSpread + (count[i] > 0.01 ? Math.sqrt(Math.max(0, sum) / count[i]) : 255));
}
