/** Step 7: the inside of the mouth: where teeth, gums, tongue and cavity lie behind the picture's lips. */
import { channel } from '../../motion/channels.ts';
import { vertexNormals } from '../drawing/face.ts';
import { clamp } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import { verticesOf } from '../rig/head.ts';
import type { OwnTeeth } from './own-teeth.ts';
import type { Mesh } from '../drawing/raster.ts';
import { part, type Rig } from '../../rig/rig.ts';
import { bitingEdge, followLip, placeTeeth, shapeTeeth, type ToothPlaces } from './teeth.ts';
import { buildTongue, type Tongue } from './tongue.ts';

/**
 * Attributes of the interior mesh: normal x, y (x right, y up), and two places on the surface. Teeth: across -1..1, along 0 (gum) to 1 (edge).
 * Tongue: across -1..1, along 0 (root) to 1 (tip). Cavity: height -1..1, depth 0 (lips) to 1 (throat).
 */
export const interiorChannels = 4;
/** Codes of interior triangles: this plus the rig's part. */
export const interiorCode = 10;

export interface MouthInterior {
  mesh: Mesh;
  /** [n] vertices of the mesh */
  vertices: Uint32Array;
  /** [V, 3] rest normals */
  normals: Float32Array;
  tongue: Tongue;
  /** Depth of the foremost tooth, pixels */
  toothDepth: number;
}

/** The teeth lie this far (decimetres) further back than the rig has them, so that they never come through a lip. */
const setBack = 0.02;
/** Upper incisors end this far (decimetres) below the closed lips' seam. */
const incisorDrop = 0.018;
/** Upper incisors that the lower lip covers in the picture end this far (decimetres) below it. */
const coveredDrop = 0.008;
/** A fitted pitch is unsure: the back teeth take this share of the rise and fall that it gives them. */
const pitchShare = 0.45;

/** Places the interior in the head's rest positions (changes `head.rest`) and builds its mesh. */
export function buildInterior(head: Head, own: OwnTeeth | null): MouthInterior {
  const { rig, rest } = head;
  const isInside = verticesOf(rig, (kind) => kind >= part.upperGum && kind <= part.tongue);
  const upper = rig.upperLipSeam;
  const corners = [upper[0], upper[upper.length - 1]];
  const between = (field: Float32Array, axis: number): number => (field[corners[0] * 3 + axis] + field[corners[1] * 3 + axis]) / 2;
  const span = (field: Float32Array): number => Math.hypot(field[corners[1] * 3] - field[corners[0] * 3], field[corners[1] * 3 + 1] - field[corners[0] * 3 + 1]);
  const across: [number, number] = [(rest[corners[1] * 3] - rest[corners[0] * 3]) / span(rest), (rest[corners[1] * 3 + 1] - rest[corners[0] * 3 + 1]) / span(rest)];
  const down: [number, number] = [-across[1], across[0]];
  const widthRatio = Math.min(1.05, span(rest) / span(head.neutral)) * 0.97;
  const places = measurePlaces(rig);
  // 1. As wide as the picture's mouth, and further back; rows level.
  const middleX = between(head.neutral, 0);
  const middleY = between(head.neutral, 1);
  const front = frontOfTeeth(head, places);
  const tilt = (1 - pitchShare) * pitchSlope(head, down);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (!isInside[v]) continue;
    const along = (rest[v * 3] - middleX) * across[0] + (rest[v * 3 + 1] - middleY) * across[1];
    const level = tilt * (rest[v * 3 + 2] - front);
    for (let axis = 0; axis < 2; axis++) rest[v * 3 + axis] += along * (widthRatio - 1) * across[axis] + between(rest, axis) - between(head.neutral, axis) - level * down[axis];
    rest[v * 3 + 2] -= setBack * head.scale;
  }
  // 2. The upper incisors' edge under the seam of the lips as they lie without the picture's expression, or where the picture shows it.
  const edge = bitingEdge(head, places, part.upperTeeth);
  const middle = upper[upper.length >> 1];
  const seam = [0, 1].map((axis) => rest[middle * 3 + axis] - 0.7 * expressionShift(head, middle, axis));
  const target = own ? own.edge : seam;
  const drop = own ? (own.isCovered ? coveredDrop : 0) : incisorDrop;
  const offset = (target[0] - edge[0]) * down[0] + (target[1] - edge[1]) * down[1] + drop * head.scale;
  const sideways = 0.6 * ((seam[0] - edge[0]) * across[0] + (seam[1] - edge[1]) * across[1]);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (!isInside[v]) continue;
    for (let axis = 0; axis < 2; axis++) rest[v * 3 + axis] += offset * down[axis] + sideways * across[axis];
  }
  // 3. What the jaw moves.
  const gap = jawGap(head, down);
  followLip(head, places, seam, gap, down);
  shapeTeeth(head, places, down);
  const tongue = buildTongue(head, bitingEdge(head, places, part.lowerTeeth), bitingEdge(head, places, part.upperTeeth), toothDrop(head, places, down), down);
  return { ...buildMesh(head, places, tongue), tongue, toothDepth: frontOfTeeth(head, places) };
}

function measurePlaces(rig: Rig): ToothPlaces {
  const places: ToothPlaces = { across: new Float32Array(rig.vertexCount), along: new Float32Array(rig.vertexCount), order: new Int8Array(rig.vertexCount).fill(-1) };
  placeTeeth(rig, part.upperTeeth, places);
  placeTeeth(rig, part.lowerTeeth, places);
  return places;
}

/** Depth of the foremost tooth, pixels. */
function frontOfTeeth({ rest }: Head, { order }: ToothPlaces): number {
  let front = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < order.length; v++) if (order[v] === 0) front = Math.max(front, rest[v * 3 + 2]);
  return front;
}

/** How many pixels down a point of the head's own level plane comes for each pixel towards the viewer. */
function pitchSlope({ fit: { rotation: r } }: Head, down: readonly [number, number]): number {
  return (r[2] * down[0] - r[5] * down[1]) / Math.max(0.5, r[8]);
}

/** Gap in pixels that a jaw dropped fully opens on the rig at the middle of the lips. */
function jawGap(head: Head, down: readonly [number, number]): number {
  const { upperLipSeam, lowerLipSeam } = head.rig;
  const { vertices, deltas } = head.modes[channel.jawOpen];
  const moved = (v: number): number => {
    const i = vertices.indexOf(v);
    return i < 0 ? 0 : deltas[i * 3] * down[0] + deltas[i * 3 + 1] * down[1];
  };
  return moved(lowerLipSeam[lowerLipSeam.length >> 1]) - moved(upperLipSeam[upperLipSeam.length >> 1]);
}

/** How far a jaw dropped fully takes the lower front teeth down, pixels. */
function toothDrop(head: Head, places: ToothPlaces, down: readonly [number, number]): number {
  const { vertices, deltas } = head.modes[channel.jawOpen];
  let sum = 0;
  let count = 0;
  for (let i = 0; i < vertices.length; i++) {
    if (places.order[vertices[i]] !== 0) continue;
    sum += deltas[i * 3] * down[0] + deltas[i * 3 + 1] * down[1];
    count++;
  }
  return sum / Math.max(1, count);
}

/** How far the picture's fitted expression moves a vertex, pixels. */
function expressionShift(head: Head, vertex: number, axis: number): number {
  let shift = 0;
  head.modes.forEach((mode, k) => {
    const weight = head.fit.expression[k];
    if (weight === 0) return;
    const i = mode.vertices.indexOf(vertex);
    if (i >= 0) shift += weight * mode.deltas[i * 3 + axis];
  });
  return shift;
}

function buildMesh(head: Head, places: ToothPlaces, tongue: Tongue): Omit<MouthInterior, 'tongue' | 'toothDepth'> {
  const { rig } = head;
  const triangles: number[] = [];
  const codes: number[] = [];
  for (let t = 0; t < rig.triangleCount; t++) {
    const kind = rig.parts[t];
    if (kind < part.cavity || kind > part.tongue) continue;
    triangles.push(rig.triangles[t * 3], rig.triangles[t * 3 + 1], rig.triangles[t * 3 + 2]);
    codes.push(interiorCode + kind);
  }
  const normals = vertexNormals(rig, head.rest, (t) => rig.parts[t] >= part.upperGum && rig.parts[t] <= part.tongue);
  const cavityNormals = vertexNormals(rig, head.rest, (t) => rig.parts[t] === part.cavity);
  for (let i = 0; i < normals.length; i++) if (cavityNormals[i] !== 0 && normals[i] === 0) normals[i] = cavityNormals[i];
  const attributes = new Float32Array(rig.vertexCount * interiorChannels);
  setCavityPlaces(rig, attributes);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (places.order[v] < 0) continue;
    attributes[v * interiorChannels + 2] = places.across[v];
    attributes[v * interiorChannels + 3] = places.along[v];
  }
  tongue.vertices.forEach((v, i) => {
    attributes[v * interiorChannels + 2] = tongue.across[i];
    attributes[v * interiorChannels + 3] = tongue.along[i];
  });
  return {
    mesh: { positions: new Float32Array(rig.vertexCount * 3), attributes, triangles: Uint32Array.from(triangles), codes: Uint8Array.from(codes) },
    vertices: Uint32Array.from(new Set(triangles)),
    normals,
  };
}

function setCavityPlaces(rig: Rig, attributes: Float32Array): void {
  const isCavity = verticesOf(rig, (kind) => kind === part.cavity);
  const range = (axis: number): [number, number] => {
    let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let v = 0; v < rig.vertexCount; v++) {
      if (!isCavity[v]) continue;
      low = Math.min(low, rig.vertices[v * 3 + axis]);
      high = Math.max(high, rig.vertices[v * 3 + axis]);
    }
    return [low, high];
  };
  const seam = rig.vertices[rig.upperLipSeam[rig.upperLipSeam.length >> 1] * 3 + 1];
  const [back, front] = range(2);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (!isCavity[v]) continue;
    attributes[v * interiorChannels + 2] = clamp((rig.vertices[v * 3 + 1] - seam) / 0.3, -1, 1);
    attributes[v * interiorChannels + 3] = (front - rig.vertices[v * 3 + 2]) / (front - back);
  }
}
