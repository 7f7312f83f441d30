/** Step 10: blinks. The lids' travel is calibrated, column by column, to the picture's own eye opening. */
import { channel } from '../../motion/channels.ts';
import { acrossEye, belowCorners, createCurve, heightAt, traceMargin } from './eye-axes.ts';
import { type Margins, measureMargins, nearestOf } from '../drawing/face.ts';
import { clamp, interpolate, smoothStep } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import { leftBrowLandmarks, rightBrowLandmarks } from '../../rig/landmarks.ts';
import { pointOnChain } from '../mouth/lips.ts';

const columnCount = 25;
/** The upper lid does nearly all of a blink. */
const upperShare = 0.9;
/** At full closure the upper lid covers the lower one's wet edge by this share of the eye's width: no white line is left, and the lashes lie where a shut eye has them. */
const overlap = 0.05;
/** The upper lid passes before the lower one, by this share of the eye's width. */
const before = 0.06;

/** The skin of a closing lid is drawn from this share of the eye's width above it: the fold holds more skin than the picture shows. */
const stretchReach = 0.42;
/** But from no further than this share of the way to the brow, which a blink leaves where it is. */
const browShare = 0.75;
const leastReach = 0.09;

export interface Lid extends Margins {
  channel: number;
  lookDown: number;
  /** Followers: place 0..1, share of the closing (upper positive, lower negative) */
  vertices: Uint32Array;
  places: Float32Array;
  shares: Float32Array;
  /** Scratch: [columns] how far the lids have to travel together, pixels */
  travel: Float32Array;
  points: Float64Array;
}

/** Both eyes, the one on the image's left (the person's right) first. */
export function buildLids(head: Head): Lid[] {
  const { rig } = head;
  return [
    buildLid(head, channel.eyeBlinkRight, rig.rightEyeUpper, rig.rightEyeLower),
    buildLid(head, channel.eyeBlinkLeft, rig.leftEyeUpper, rig.leftEyeLower),
  ];
}

function buildLid(head: Head, blink: number, upper: Uint32Array, lower: Uint32Array): Lid {
  const { rest } = head;
  const margins = measureMargins(rest, upper, lower);
  const { upperAt, lowerAt, down, width } = margins;
  const { vertices: moved, deltas } = head.modes[blink];
  const drop = new Map<number, number>();
  for (let i = 0; i < moved.length; i++) drop.set(moved[i], deltas[i * 3] * down[0] + deltas[i * 3 + 1] * down[1]);
  const chainDrop = Array.from(upper, (v) => drop.get(v) ?? 0);
  const most = Math.max(...chainDrop, 1e-6);
  const reachAt = reachBelowBrow(head, margins, blink === channel.eyeBlinkRight ? rightBrowLandmarks : leftBrowLandmarks);
  const vertices: number[] = [];
  const places: number[] = [];
  const shares: number[] = [];
  for (let v = 0; v < head.rig.vertexCount; v++) {
    if (!head.isSkin[v] || !isNear(rest, v, margins)) continue;
    const up = nearestOf(head.rig.vertices, upper, v);
    const low = nearestOf(head.rig.vertices, lower, v);
    let share: number;
    if (up.distance <= low.distance) {
      const above = (rest[upper[up.index] * 3] - rest[v * 3]) * down[0] + (rest[upper[up.index] * 3 + 1] - rest[v * 3 + 1]) * down[1];
      const lid = clamp((drop.get(v) ?? 0) / Math.max(chainDrop[up.index], 0.3 * most), 0, 1);
      const reach = reachAt(upperAt[up.index]) * width;
      share = upperShare * (above < 0 ? 1 : Math.max(lid * (1 - smoothStep(reach, 1.4 * reach, above)), 1 - smoothFall(above / reach)));
    } else share = -(1 - upperShare) * (1 - smoothStep(0, 0.35 * width, low.distance * head.scale));
    if (up.distance < 1e-5) share = upperShare;
    if (share === 0) continue;
    vertices.push(v);
    places.push(up.distance <= low.distance ? upperAt[up.index] : lowerAt[low.index]);
    shares.push(share);
  }
  return {
    channel: blink,
    lookDown: blink === channel.eyeBlinkLeft ? channel.eyeLookDownLeft : channel.eyeLookDownRight,
    ...margins,
    vertices: Uint32Array.from(vertices),
    places: Float32Array.from(places),
    shares: Float32Array.from(shares),
    travel: new Float32Array(columnCount),
    points: new Float64Array(6),
  };
}

/** How far above the upper margin the skin gives way, eye widths, by place 0..1 along the eye. brow: landmarks of its lower edge. */
export function reachBelowBrow(head: Head, margins: Margins, brow: readonly number[]): (place: number) => number {
  const { rest, landmarks } = head;
  const curve = traceMargin(margins, margins.upper, rest, null, createCurve(margins.upper));
  const points = brow
    .map((i) => [landmarks[i * 3], landmarks[i * 3 + 1]])
    .map(([x, y]) => [acrossEye(margins, rest, x, y), belowCorners(margins, rest, x, y)])
    .sort((a, b) => a[0] - b[0]);
  const at = points.map(([x]) => x);
  const reach = points.map(([x, v]) => clamp(browShare * (heightAt(curve, x) - v), leastReach, stretchReach));
  return (place) => interpolate(at, reach, place);
}

function smoothFall(distance: number): number {
  return clamp(distance, 0, 1) ** 0.8;
}

function isNear(rest: Float32Array, v: number, { upper, width }: Margins): boolean {
  const left = upper[0] * 3;
  const right = upper[upper.length - 1] * 3;
  const x = rest[v * 3] - (rest[left] + rest[right]) / 2;
  const y = rest[v * 3 + 1] - (rest[left + 1] + rest[right + 1]) / 2;
  return Math.hypot(x, y) < 1.2 * width;
}

/** Closes one eye by `closure` 0..1 of the opening that the other channels leave; adds to displacements [V, 3]. */
export function closeLid(lid: Lid, rest: Float32Array, closure: number, displacements: Float32Array): void {
  if (closure <= 0) return;
  const { travel, points, down, vertices, places, shares } = lid;
  for (let column = 0; column < columnCount; column++) {
    const t = column / (columnCount - 1);
    let gap = 0;
    for (const [sign, chain, at] of [[-1, lid.upper, lid.upperAt] as const, [1, lid.lower, lid.lowerAt] as const]) {
      pointOnChain(chain, at, t, rest, points);
      gap += sign * (points[0] * down[0] + points[1] * down[1]);
      pointOnChain(chain, at, t, displacements, points);
      gap += sign * (points[0] * down[0] + points[1] * down[1]);
    }
    travel[column] = closure * (Math.max(0, gap) + overlap * lid.width * closure * Math.sin(Math.PI * t));
  }
  for (let i = 0; i < vertices.length; i++) {
    const place = places[i] * (columnCount - 1);
    const column = Math.min(columnCount - 2, Math.floor(place));
    const amount = (travel[column] + (travel[column + 1] - travel[column]) * (place - column)) * shares[i];
    const to = vertices[i] * 3;
    displacements[to] += amount * down[0];
    displacements[to + 1] += amount * down[1];
    if (shares[i] > 0) displacements[to + 2] += before * lid.width * shares[i] * closure;
  }
}
