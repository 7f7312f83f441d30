/** Step 7: the inside of the mouth: where teeth, gums, tongue and cavity lie behind the picture's lips. */
import { verticesOf } from './head.ts';
import type { Head } from './head.ts';
import { vertexNormals } from './face.ts';
import { channel } from '../motion/channels.ts';
import { clamp } from './geometry.ts';
import type { Mesh } from './raster.ts';
import { part } from './rig.ts';

/** Attributes of the interior mesh: normal x, y, z (x right, y up, z to the viewer). */
export const interiorChannels = 3;
/** Codes of interior triangles: this plus the rig's part. */
export const interiorCode = 10;

export interface MouthInterior {
  mesh: Mesh;
  /** [n] vertices of the mesh */
  vertices: Uint32Array;
  /** [V, 3] rest normals */
  normals: Float32Array;
}

/** The teeth lie this far (decimetres) further back than the rig has them, so that they never come through a lip. */
const setBack = 0.02;
/** Upper incisors end this far (decimetres) below the closed lips' seam. */
const incisorDrop = 0.018;
/** Share of the lower lip's drop that the lower teeth take part in. */
const lipFollowing = 0.92;

/** Places the interior in the head's rest positions (changes `head.rest`) and builds its mesh. */
export function buildInterior(head: Head): MouthInterior {
  const { rig, rest } = head;
  const isInside = verticesOf(rig, (kind) => kind >= part.upperGum && kind <= part.tongue);
  const upper = rig.upperLipSeam;
  const corners = [upper[0], upper[upper.length - 1]];
  const between = (field: Float32Array, axis: number): number => (field[corners[0] * 3 + axis] + field[corners[1] * 3 + axis]) / 2;
  const span = (field: Float32Array): number => Math.hypot(field[corners[1] * 3] - field[corners[0] * 3], field[corners[1] * 3 + 1] - field[corners[0] * 3 + 1]);
  const across: [number, number] = [(rest[corners[1] * 3] - rest[corners[0] * 3]) / span(rest), (rest[corners[1] * 3 + 1] - rest[corners[0] * 3 + 1]) / span(rest)];
  const down: [number, number] = [-across[1], across[0]];
  const widthRatio = Math.min(1.05, span(rest) / span(head.neutral)) * 0.97;
  // 1. As wide as the picture's mouth, and further back.
  const middleX = between(head.neutral, 0);
  const middleY = between(head.neutral, 1);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (!isInside[v]) continue;
    const along = (rest[v * 3] - middleX) * across[0] + (rest[v * 3 + 1] - middleY) * across[1];
    for (let axis = 0; axis < 2; axis++) rest[v * 3 + axis] += along * (widthRatio - 1) * across[axis] + between(rest, axis) - between(head.neutral, axis);
    rest[v * 3 + 2] -= setBack * head.scale;
  }
  // 2. The upper incisors' edge under the seam of the lips as they lie without the picture's expression.
  const edge = incisorEdge(head);
  const middle = upper[upper.length >> 1];
  const seam = [0, 1].map((axis) => rest[middle * 3 + axis] - 0.7 * expressionShift(head, middle, axis));
  const offset = (seam[0] - edge[0]) * down[0] + (seam[1] - edge[1]) * down[1] + incisorDrop * head.scale;
  const sideways = 0.6 * ((seam[0] - edge[0]) * across[0] + (seam[1] - edge[1]) * across[1]);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (!isInside[v]) continue;
    for (let axis = 0; axis < 2; axis++) rest[v * 3 + axis] += offset * down[axis] + sideways * across[axis];
  }
  followLip(head);
  return buildMesh(head);
}


/** The lower teeth drop with the lower lip, as they do in a jaw: by the rig alone they would stay behind and fill the mouth. The tongue stays where the rig has it, and so shows in a wide mouth. */
function followLip(head: Head): void {
  const { rig } = head;
  const isLower = verticesOf(rig, (kind) => kind === part.lowerGum || kind === part.lowerTeeth);
  const isTooth = verticesOf(rig, (kind) => kind === part.lowerTeeth);
  const start = channel.jawOpen * rig.vertexCount * 3;
  const dropOf = (v: number): number => -rig.expressions[start + v * 3 + 1];
  const teeth = Array.from(isTooth.keys()).filter((v) => isTooth[v] && Math.abs(rig.vertices[v * 3]) < 0.06);
  const toothDrop = teeth.reduce((sum, v) => sum + dropOf(v), 0) / Math.max(1, teeth.length);
  const ratio = clamp((lipFollowing * dropOf(rig.lowerLipSeam[rig.lowerLipSeam.length >> 1])) / (toothDrop || 1), 1, 1.7);
  const { vertices, deltas } = head.modes[channel.jawOpen];
  for (let i = 0; i < vertices.length; i++) if (isLower[vertices[i]]) for (let axis = 0; axis < 3; axis++) deltas[i * 3 + axis] *= ratio;
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

/** Mean position of the lowest points of the upper front teeth, pixels. */
function incisorEdge(head: Head): [number, number] {
  const { rig, rest } = head;
  const isTooth = verticesOf(rig, (kind) => kind === part.upperTeeth);
  const teeth: number[] = [];
  for (let v = 0; v < rig.vertexCount; v++) if (isTooth[v]) teeth.push(v);
  const front = Math.max(...teeth.map((v) => rig.vertices[v * 3 + 2]));
  const incisors = teeth.filter((v) => Math.abs(rig.vertices[v * 3]) < 0.09 && rig.vertices[v * 3 + 2] > front - 0.12);
  const lowest = incisors.sort((a, b) => rig.vertices[a * 3 + 1] - rig.vertices[b * 3 + 1]).slice(0, Math.max(2, incisors.length >> 3));
  const mean = (axis: number): number => lowest.reduce((sum, v) => sum + rest[v * 3 + axis], 0) / Math.max(1, lowest.length);
  return [mean(0), mean(1)];
}

function buildMesh(head: Head): MouthInterior {
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
  return {
    mesh: {
      positions: new Float32Array(rig.vertexCount * 3),
      attributes: new Float32Array(rig.vertexCount * interiorChannels),
      triangles: Uint32Array.from(triangles),
      codes: Uint8Array.from(codes),
    },
    vertices: Uint32Array.from(new Set(triangles)),
    normals,
  };
}
