/** Step 9: lip contact. The drawn gap between the lips is driven to the one the rig's motion asks for, column by column along the seam. */
import { coefficientCount } from '../../motion/channels.ts';
import { type Margins, measureMargins, nearestOf } from '../drawing/face.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';

const columnCount = 33;
/** How much of a correction each lip takes, and how far from the seam it is felt (decimetres). */
const upperShare = 0.4;
const upperReach = 0.13;
const lowerReach = 0.26;
/** Gaps that the motion asks for below this share of the mouth's width are meant as contact. */
const contactGap = 0.025;

/** Openings over the mouth's width between which the lower lip takes the round shape of a wide mouth. */
const roundFrom = 0.1;
const roundTo = 0.6;
/** The rig's lower margin is a parabola (1 - q² of the middle's depth; q 0 there, 1 in the corners), which looks pointed; it goes these shares of the way to an ellipse and to a U. */
const ellipseShare = 0.3;
const bowlShare = 0.3;
/** A pucker of the rig opens to a point: what the motion opens is blurred along the seam by this many columns (standard deviation), and keeps its depth. */
const blurColumns = 3;
const blurReach = 8;
const blurWeights = Float64Array.from({ length: blurReach + 1 }, (_, d) => Math.exp(-(d * d) / (2 * blurColumns * blurColumns)));
/** Openings over the mouth's width between which the lower lip loses its waves. */
const wavesFrom = 0.03;
const wavesTo = 0.25;
/** How much of its own small waves, the middle's notch before all, the stretched lower lip loses. */
const straightening = 0.75;
/** The whole lower lip takes part, and the skin below it less and less (decimetres). */
const shapeFull = 0.11;
const shapeReach = 0.38;

/** The margins are the two sides of the lip seam. */
export interface LipContact extends Margins {
  /** [52, columns] gap in pixels that each channel opens on the rig */
  responses: Float32Array;
  /** Vertices that follow a correction: column position 0..1, and share of the correction (negative: upwards) */
  vertices: Uint32Array;
  places: Float32Array;
  shares: Float32Array;
  /** Share in the lower lip's change of shape */
  shapeShares: Float32Array;
  /** [columns] the lower margin's own waves in the picture, and room for its change of shape and what the motion opens, pixels downwards */
  waves: Float32Array;
  shape: Float32Array;
  added: Float32Array;
  /** [columns] the picture's own gap, pixels */
  restGap: Float32Array;
  /** Per-frame scratch and results: [columns] gap drawn, pixels */
  gap: Float32Array;
  correction: Float32Array;
}

export function buildLipContact(head: Head): LipContact {
  const { rig, rest, template } = head;
  const columns = measureMargins(rest, rig.upperLipSeam, rig.lowerLipSeam);
  const responses = new Float32Array(coefficientCount * columnCount);
  const field = new Float32Array(rig.vertexCount * 3);
  for (let k = 0; k < coefficientCount; k++) {
    const { vertices, deltas } = head.modes[k];
    field.fill(0);
    for (let i = 0; i < vertices.length; i++) for (let axis = 0; axis < 3; axis++) field[vertices[i] * 3 + axis] = deltas[i * 3 + axis];
    measureGap(columns, field, null, responses.subarray(k * columnCount, (k + 1) * columnCount));
  }
  const followers = followersOf(head, template, columns);
  const restGap = measureGap(columns, rest, null, new Float32Array(columnCount));
  return { ...columns, responses, ...followers, waves: wavesOf(columns, rest), shape: new Float32Array(columnCount), added: new Float32Array(columnCount), restGap, gap: new Float32Array(columnCount), correction: new Float32Array(columnCount) };
}


/** Gap along `down` at each column of a position or displacement field [V, 3] (plus a second one), pixels. */
function measureGap({ upper, lower, upperAt, lowerAt, down }: Margins, field: Float32Array, added: Float32Array | null, out: Float32Array): Float32Array {
  for (let column = 0; column < columnCount; column++) {
    const t = column / (columnCount - 1);
    out[column] = along(lower, lowerAt, t, field, added, down) - along(upper, upperAt, t, field, added, down);
  }
  return out;
}

function along(chain: Uint32Array, at: Float64Array, t: number, field: Float32Array, added: Float32Array | null, down: readonly [number, number]): number {
  let i = 0;
  while (i < chain.length - 2 && at[i + 1] < t) i++;
  const share = clamp((t - at[i]) / (at[i + 1] - at[i] || 1), 0, 1);
  const a = chain[i] * 3;
  const b = chain[i + 1] * 3;
  let x = field[a] * (1 - share) + field[b] * share;
  let y = field[a + 1] * (1 - share) + field[b + 1] * share;
  if (added) {
    x += added[a] * (1 - share) + added[b] * share;
    y += added[a + 1] * (1 - share) + added[b + 1] * share;
  }
  return x * down[0] + y * down[1];
}

function followersOf(head: Head, template: Float32Array, columns: Margins): Pick<LipContact, 'vertices' | 'places' | 'shares' | 'shapeShares'> {
  const vertices: number[] = [];
  const places: number[] = [];
  const shares: number[] = [];
  const shapeShares: number[] = [];
  for (let v = 0; v < head.rig.vertexCount; v++) {
    if (!head.isSkin[v]) continue;
    const up = nearestOf(template, columns.upper, v);
    const low = nearestOf(template, columns.lower, v);
    if (Math.min(up.distance, low.distance) > shapeReach) continue;
    const side = head.rig.lipSide[v] || (up.distance <= low.distance ? 1 : 2);
    const isCorner = Math.min(up.distance, low.distance) < 1e-4 && (up.index === 0 || up.index === columns.upper.length - 1);
    const share = isCorner ? 0 : side === 1 ? -upperShare * (1 - smoothStep(0, upperReach, up.distance)) : (1 - upperShare) * (1 - smoothStep(0, lowerReach, low.distance));
    const shapeShare = side === 2 && !isCorner ? 1 - smoothStep(shapeFull, shapeReach, low.distance) : 0;
    if (share === 0 && shapeShare === 0) continue;
    vertices.push(v);
    places.push(side === 1 ? columns.upperAt[up.index] : columns.lowerAt[low.index]);
    shares.push(share);
    shapeShares.push(shapeShare);
  }
  return { vertices: Uint32Array.from(vertices), places: Float32Array.from(places), shares: Float32Array.from(shares), shapeShares: Float32Array.from(shapeShares) };
}

/** What the lower margin has beyond a smooth curve between the corners, [columns] pixels along `down`. */
function wavesOf({ lower, lowerAt, down }: Margins, rest: Float32Array): Float32Array {
  const last = columnCount - 1;
  const level = Float32Array.from({ length: columnCount }, (_, k) => along(lower, lowerAt, k / last, rest, null, down));
  // From the chord between the corners, least squares of a symmetric and a skew parabola.
  const base = level.map((value, k) => value - level[0] - ((level[last] - level[0]) * k) / last);
  const bows = [0, 1].map((skew) => base.map((_, k) => (1 - ((2 * k) / last - 1) ** 2) * ((2 * k) / last - 1) ** skew));
  const sizes = bows.map((bow) => base.reduce((sum, value, k) => sum + value * bow[k], 0) / bow.reduce((sum, b) => sum + b * b, 0)); // the two are orthogonal
  return base.map((value, k) => value - sizes[0] * bows[0][k] - sizes[1] * bows[1][k]);
}

/** How the lower margin leaves the rig's shape at this frame's gaps and activity 0..1: rounder, and without the waves that closed lips have. */
function shapeLower({ gap, restGap, width, waves, added, shape }: LipContact, activity: number): void {
  // A mouth that is open in the picture has its shape, as long as it does not speak.
  let widest = 0;
  for (let column = 0; column < columnCount; column++) {
    added[column] = Math.max(0, gap[column] - (1 - activity) * Math.max(0, restGap[column]));
    widest = Math.max(widest, added[column]);
  }
  shape.fill(0);
  if (widest === 0) return;
  let widestBlurred = 0;
  for (let column = 0; column < columnCount; column++) {
    let sum = 0;
    let weight = 0;
    for (let k = Math.max(0, column - blurReach); k <= Math.min(columnCount - 1, column + blurReach); k++) {
      const w = blurWeights[Math.abs(k - column)];
      sum += w * added[k];
      weight += w;
    }
    shape[column] = sum / weight;
    widestBlurred = Math.max(widestBlurred, shape[column]);
  }
  const round = widest * smoothStep(roundFrom, roundTo, widest / width);
  const even = straightening * smoothStep(wavesFrom, wavesTo, widest / width);
  for (let column = 0; column < columnCount; column++) {
    const q = Math.abs((2 * column) / (columnCount - 1) - 1);
    const inner = 1 - q ** 6; // the corners stay
    const parabola = 1 - q * q;
    const rounder = ellipseShare * (Math.sqrt(parabola) - parabola) + bowlShare * q * q * (1 - q);
    shape[column] = inner * ((shape[column] * widest) / widestBlurred - added[column] - even * waves[column]) + round * rounder;
  }
}

/**
 * Corrects displacements [V, 3] so that the drawn gap is: with activity 0 the picture's own gap plus the motion's; with activity 1 the gap of the rig alone,
 * whatever the picture's lips do at rest. Lips never pass through each other. motion [58]. Leaves the gap drawn in `contact.gap`.
 */
export function closeLips(contact: LipContact, rest: Float32Array, motion: Float32Array, activity: number, displacements: Float32Array): void {
  const { gap, correction, responses, vertices, places, shares, down, width } = contact;
  measureGap(contact, rest, displacements, gap);
  for (let column = 0; column < columnCount; column++) {
    let asked = 0;
    for (let k = 0; k < coefficientCount; k++) if (motion[k] !== 0) asked += motion[k] * responses[k * columnCount + column];
    asked = Math.max(0, asked) * smoothStep(0, contactGap * width, asked);
    // Without activity small negative gaps of the picture's own alignment stay: they cover nothing.
    const own = Math.max(Math.min(0, contact.restGap[column]), gap[column]);
    const target = own + (asked - own) * activity;
    correction[column] = target - gap[column];
    gap[column] = target;
  }
  const { shape, shapeShares } = contact;
  shapeLower(contact, activity);
  for (let column = 0; column < columnCount; column++) gap[column] += shape[column];
  for (let i = 0; i < vertices.length; i++) {
    const place = places[i] * (columnCount - 1);
    const column = Math.min(columnCount - 2, Math.floor(place));
    const t = place - column;
    const amount = (correction[column] + (correction[column + 1] - correction[column]) * t) * shares[i] + (shape[column] + (shape[column + 1] - shape[column]) * t) * shapeShares[i];
    const to = vertices[i] * 3;
    displacements[to] += amount * down[0];
    displacements[to + 1] += amount * down[1];
  }
}

/** The widest gap drawn, pixels. */
export function widestGap(contact: LipContact): number {
  return contact.gap.reduce((most, gap) => Math.max(most, gap), 0);
}

/** A point of a chain at place t, [x, y] in `out`. */
export function pointOnChain(chain: Uint32Array, at: Float64Array, t: number, positions: Float32Array, out: Float64Array): void {
  let i = 0;
  while (i < chain.length - 2 && at[i + 1] < t) i++;
  const share = clamp((t - at[i]) / (at[i + 1] - at[i] || 1), 0, 1);
  const a = chain[i] * 3;
  const b = chain[i + 1] * 3;
  for (let axis = 0; axis < 3; axis++) out[axis] = positions[a + axis] * (1 - share) + positions[b + axis] * share;
}

