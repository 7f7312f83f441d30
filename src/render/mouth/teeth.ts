/** Step 7: the rig's single teeth: where on its tooth each vertex lies, and small changes of shape that tell one tooth from the next. */
import { channel } from '../../motion/channels.ts';
import { verticesOf } from '../rig/head.ts';
import type { Head } from '../rig/head.ts';
import { part, type Rig } from '../../rig/rig.ts';

export interface ToothPlaces {
  /** [V] across the tooth, -1 image-left side, 1 image-right side */
  across: Float32Array;
  /** [V] 0 at the gum, 1 at the biting edge */
  along: Float32Array;
  /** [V] place in the row: 0 for the two middle incisors, 1 lateral, 2 canine, 3 and more behind it; -1 where no tooth is */
  order: Int8Array;
}

/** Measures the teeth of one row on the neutral rig. */
export function placeTeeth(rig: Rig, kind: number, places: ToothPlaces): void {
  const teeth = connectedParts(rig, kind).map((vertices) => ({ vertices, middle: [0, 2].map((axis) => meanOf(rig, vertices, axis)) }));
  teeth.sort((a, b) => a.middle[0] - b.middle[0]);
  const half = teeth.length / 2;
  teeth.forEach(({ vertices, middle }, k) => {
    const before = teeth[Math.max(0, k - 1)].middle;
    const after = teeth[Math.min(teeth.length - 1, k + 1)].middle;
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1;
    const [tx, tz] = [(after[0] - before[0]) / length, (after[1] - before[1]) / length];
    const at = (v: number): number => (rig.vertices[v * 3] - middle[0]) * tx + (rig.vertices[v * 3 + 2] - middle[1]) * tz;
    const width = Math.max(...vertices.map((v) => Math.abs(at(v)))) || 1;
    const heights = vertices.map((v) => rig.vertices[v * 3 + 1]);
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    for (const v of vertices) {
      places.across[v] = at(v) / width;
      const up = (rig.vertices[v * 3 + 1] - low) / (high - low || 1);
      places.along[v] = kind === part.upperTeeth ? 1 - up : up;
      places.order[v] = Math.floor(Math.abs(k + 0.5 - half));
    }
  });
}

/** How far (decimetres) the biting edge of a tooth of the upper row is drawn in, and how far its two sides are beyond that. */
const shortened = [0, 0.006, 0.004, 0.006, 0.008];
const rounded = [0.004, 0.004, 0.006, 0.005, 0.003];

/** Shortens the laterals, points the canines and rounds the corners: changes `head.rest` along `down` (unit vector in the picture). */
export function shapeTeeth(head: Head, places: ToothPlaces, down: readonly [number, number]): void {
  const { rig, rest, scale } = head;
  const isUpper = verticesOf(rig, (kind) => kind === part.upperTeeth);
  for (let v = 0; v < rig.vertexCount; v++) {
    const order = Math.min(places.order[v], shortened.length - 1);
    if (order < 0) continue;
    const edge = Math.max(0, (places.along[v] - 0.55) / 0.45);
    const amount = (isUpper[v] ? -1 : 0.5) * edge * (shortened[order] + rounded[order] * places.across[v] ** 2) * scale;
    rest[v * 3] += amount * down[0];
    rest[v * 3 + 1] += amount * down[1];
  }
}

/** Sets of vertices of part `kind` that triangles connect. */
export function connectedParts(rig: Rig, kind: number): number[][] {
  const parent = new Map<number, number>();
  const rootOf = (v: number): number => {
    let root = v;
    while (parent.get(root) !== root) root = parent.get(root) ?? root;
    return root;
  };
  for (let t = 0; t < rig.triangleCount; t++) {
    if (rig.parts[t] !== kind) continue;
    const corners = [0, 1, 2].map((corner) => rig.triangles[t * 3 + corner]);
    for (const v of corners) if (!parent.has(v)) parent.set(v, v);
    for (const v of corners) parent.set(rootOf(v), rootOf(corners[0]));
  }
  const sets = new Map<number, number[]>();
  for (const v of parent.keys()) {
    const root = rootOf(v);
    const set = sets.get(root);
    if (set) set.push(v);
    else sets.set(root, [v]);
  }
  return [...sets.values()];
}

function meanOf(rig: Rig, vertices: readonly number[], axis: number): number {
  return vertices.reduce((sum, v) => sum + rig.vertices[v * 3 + axis], 0) / vertices.length;
}

/** Mean place [x, y] in the picture of the biting edge of a row's four front teeth, pixels. */
export function bitingEdge(head: Head, places: ToothPlaces, kind: number): [number, number] {
  const isRow = verticesOf(head.rig, (partKind) => partKind === kind);
  const edge: number[] = [];
  for (let v = 0; v < head.rig.vertexCount; v++) if (isRow[v] && places.order[v] === 0 && places.along[v] > 0.97) edge.push(v);
  const mean = (axis: number): number => edge.reduce((sum, v) => sum + head.rest[v * 3 + axis], 0) / Math.max(1, edge.length);
  return [mean(0), mean(1)];
}

/** Lower incisors end this far (decimetres) above the lower lip of a jaw dropped fully, at the middle of the mouth. */
const shownInShout = 0.06;
/** With the jaw closed they end at least this far (decimetres) above the seam, behind the upper ones. */
const overlap = 0.01;

/**
 * The lower teeth drop with the lower lip, as they do in a jaw: by the rig alone they would stay behind and fill the mouth, or hide behind the lip.
 * `seam`: [x, y] of the closed lips' seam in pixels; `gap`: pixels between the lips that a jaw dropped fully opens. Changes the jaw's mode.
 */
export function followLip(head: Head, places: ToothPlaces, seam: readonly number[], gap: number, down: readonly [number, number]): void {
  const { rig, rest, scale } = head;
  const isLower = verticesOf(rig, (kind) => kind === part.lowerGum || kind === part.lowerTeeth);
  const isTongue = verticesOf(rig, (kind) => kind === part.tongue);
  const { vertices, deltas } = head.modes[channel.jawOpen];
  const own = head.fit.expression[channel.jawOpen];
  let drop = 0;
  let count = 0;
  for (let i = 0; i < vertices.length; i++) {
    if (!isLower[vertices[i]] || places.order[vertices[i]] !== 0) continue;
    drop += deltas[i * 3] * down[0] + deltas[i * 3 + 1] * down[1];
    count++;
  }
  if (count === 0 || drop / count <= 0) return;
  drop /= count;
  const edge = bitingEdge(head, places, part.lowerTeeth);
  let atRest = (edge[0] - seam[0]) * down[0] + (edge[1] - seam[1]) * down[1] - own * drop;
  const raise = Math.max(0, atRest + overlap * scale);
  atRest -= raise;
  for (let v = 0; v < rig.vertexCount; v++) if (isLower[v] || isTongue[v]) for (let axis = 0; axis < 2; axis++) rest[v * 3 + axis] -= raise * down[axis];
  const ratio = Math.min(1.9, Math.max(0.6, (gap - shownInShout * scale - atRest) / drop));
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i];
    if (!isLower[v]) continue;
    for (let axis = 0; axis < 3; axis++) {
      rest[v * 3 + axis] += own * (ratio - 1) * deltas[i * 3 + axis];
      deltas[i * 3 + axis] *= ratio;
    }
  }
}
