/** Step 7: the tongue: lower in a wide mouth than the rig has it, and its tip between the teeth when it comes out. */
import { channel } from '../../motion/channels.ts';
import { verticesOf } from '../rig/head.ts';
import type { Head } from '../rig/head.ts';
import { clamp, smoothStep } from '../drawing/geometry.ts';
import { part } from '../../rig/rig.ts';

export interface Tongue {
  /** [n] */
  vertices: Uint32Array;
  /** [n] 0 at the root, 1 at the tip */
  along: Float32Array;
  /** [n] -1 image-left edge, 1 image-right edge */
  across: Float32Array;
  /** [n, 3] pixels: what a jaw dropped fully adds to the rig's own motion (grows with the square of the drop) */
  lowering: Float32Array;
  /** [n, 3] pixels: how the tip comes up between the teeth */
  lifting: Float32Array;
  /** The picture's own jawOpen */
  ownJaw: number;
}

/** With the jaw dropped fully the tip lies this far (decimetres) above the lower teeth's edge, and the back of the tongue that far. */
const tipHeight = 0.005;
const backHeight = 0.1;
/** Put out a little, the tip comes forward by this much (decimetres), and up to the upper teeth's edge as it is with the jaw dropped by `liftedJaw`. */
const liftedJaw = 0.15;
const tipForward = 0.06;
/** `tongueOut` at which the tip is nearly up. */
const liftScale = 0.11;

/** `lowerEdge`, `upperEdge`: [x, y] of the teeth's biting edges in the picture; `toothDrop`: pixels that a jaw dropped fully takes it down. */
export function buildTongue(head: Head, lowerEdge: readonly [number, number], upperEdge: readonly [number, number], toothDrop: number, down: readonly [number, number]): Tongue {
  const { rig, scale } = head;
  const isTongue = verticesOf(rig, (kind) => kind === part.tongue);
  const list: number[] = [];
  for (let v = 0; v < rig.vertexCount; v++) if (isTongue[v]) list.push(v);
  const depths = list.map((v) => rig.vertices[v * 3 + 2]);
  const [back, front] = [Math.min(...depths), Math.max(...depths)];
  const half = Math.max(...list.map((v) => Math.abs(rig.vertices[v * 3]))) || 1;
  const along = Float32Array.from(depths, (z) => (z - back) / (front - back || 1));
  const lowering = new Float32Array(list.length * 3);
  const lifting = new Float32Array(list.length * 3);
  const r = head.fit.rotation;
  const { vertices, deltas } = head.modes[channel.jawOpen];
  const placeOf = new Map(Array.from(vertices, (v, i) => [v, i]));
  const dropOf = (v: number): number => {
    const i = placeOf.get(v) ?? -1;
    return i < 0 ? 0 : deltas[i * 3] * down[0] + deltas[i * 3 + 1] * down[1];
  };
  const ownJaw = head.fit.expression[channel.jawOpen];
  // Heights above the lower teeth with the jaw closed.
  const above = (v: number): number => (lowerEdge[0] - head.rest[v * 3]) * down[0] + (lowerEdge[1] - head.rest[v * 3 + 1]) * down[1] + ownJaw * (dropOf(v) - toothDrop);
  const topWhere = (from: number, to: number): number => Math.max(...list.filter((_, k) => along[k] >= from && along[k] <= to).map(above));
  const tipTop = topWhere(0.93, 1);
  const tipDrop = toothDrop + tipTop - tipHeight * scale;
  const bodyDrop = toothDrop + topWhere(0.3, 0.75) - backHeight * scale;
  const upperAbove = (lowerEdge[0] - upperEdge[0]) * down[0] + (lowerEdge[1] - upperEdge[1]) * down[1] - ownJaw * toothDrop;
  const tipLift = clamp(upperAbove - tipTop + liftedJaw * (tipDrop - tipTop), 0.02 * scale, 0.14 * scale);
  list.forEach((v, k) => {
    const wanted = bodyDrop + (tipDrop - bodyDrop) * smoothStep(0.6, 1, along[k]);
    const lift = smoothStep(0.45, 1, along[k]);
    for (let axis = 0; axis < 2; axis++) {
      lowering[k * 3 + axis] = (wanted - dropOf(v)) * down[axis];
      lifting[k * 3 + axis] = lift * (-tipLift * down[axis] + tipForward * scale * (axis === 0 ? r[2] : -r[5]));
    }
    lifting[k * 3 + 2] = lift * scale * tipForward * r[8];
  });
  const across = Float32Array.from(list, (v) => rig.vertices[v * 3] / half);
  return { vertices: Uint32Array.from(list), along, across, lowering, lifting, ownJaw };
}

/** Adds the tongue's own motion to displacements [V, 3]. motion [58]; activity 0..1 has taken that share of the picture's own jaw away. */
export function moveTongue({ vertices, lowering, lifting, ownJaw }: Tongue, motion: Float32Array, activity: number, displacements: Float32Array): void {
  const jaw = Math.max(0, motion[channel.jawOpen] + (1 - activity) * ownJaw);
  const low = Math.min(1.2, jaw * (0.35 + 0.65 * Math.min(1, jaw)));
  const up = 1 - Math.exp(-Math.max(0, motion[channel.tongueOut]) / liftScale);
  if (low === 0 && up === 0) return;
  for (let i = 0; i < vertices.length; i++) {
    for (let axis = 0; axis < 3; axis++) displacements[vertices[i] * 3 + axis] += low * lowering[i * 3 + axis] + up * lifting[i * 3 + axis];
  }
}
