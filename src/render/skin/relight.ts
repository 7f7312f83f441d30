/** Step 8: relighting. A light that is linear in the surface normal is fitted to the picture; skin that turns gets the ratio of new to old light. */
import { solveCholesky } from '../../rig/algebra.ts';
import type { Face } from '../drawing/face.ts';
import { blurGaussian } from '../drawing/filters.ts';
import { clamp, smoothStep, sumNormals } from '../drawing/geometry.ts';
import type { Head } from '../rig/head.ts';
import { faceLuma } from './light.ts';

export interface Relight {
  vertices: Uint32Array;
  triangles: Uint32Array;
  /** Light: constant and slopes along x right, y up, z to the viewer */
  light: [number, number, number, number];
  /** Per vertex [V]: light at rest, and how much of the change is shown */
  restLight: Float32Array;
  fade: Float32Array;
  /** Scratch [V, 3] and [V] */
  normals: Float32Array;
  ratio: Float32Array;
  sums: Float32Array;
  /** [V] triangles at each vertex */
  counts: Uint8Array;
}

/** Ratios beyond these leave spots under the lower lip and beside the nose. */
const darkest = 0.87;
const brightest = 1.14;
const strength = 0.8;
const smoothingPasses = 2;
/** White paper is not lit skin: shares of the face that are as white as paper at which a drawing gets less of the change, and none. */
const whiteFrom = 0.3;
const whiteTo = 0.6;
const paperWhite = 246;

export function buildRelight(head: Head, face: Face, { width, height, rgb }: { width: number; height: number; rgb: Uint8Array }): Relight {
  const { rig, rest } = head;
  const normals = new Float32Array(rig.vertexCount * 3);
  sumNormals(face.mesh.triangles, rest, normals);
  for (const v of face.vertices) {
    const length = Math.hypot(normals[v * 3], normals[v * 3 + 1], normals[v * 3 + 2]) || 1;
    for (let axis = 0; axis < 3; axis++) normals[v * 3 + axis] /= length;
  }
  const crop = faceLuma(head, rgb, width, height);
  const light = fitLight(head, face, normals, { ...crop, plane: blurGaussian(crop.plane, crop.w, crop.h, head.faceWidth * 0.012) });
  const shown = strength * (1 - smoothStep(whiteFrom, whiteTo, crop.plane.reduce((sum, luma) => sum + (luma >= paperWhite ? 1 : 0), 0) / crop.plane.length));
  const restLight = new Float32Array(rig.vertexCount);
  const fade = new Float32Array(rig.vertexCount);
  const lids = [...rig.rightEyeUpper, ...rig.rightEyeLower, ...rig.leftEyeUpper, ...rig.leftEyeLower];
  for (const v of face.vertices) {
    restLight[v] = lightOn(light, normals, v);
    if (rig.hiddenLip[v]) continue;
    let nearLid = Number.POSITIVE_INFINITY;
    for (const lid of lids) nearLid = Math.min(nearLid, (rest[v * 3] - rest[lid * 3]) ** 2 + (rest[v * 3 + 1] - rest[lid * 3 + 1]) ** 2);
    fade[v] = shown * face.mesh.attributes[v * 4 + 3] * smoothStep(0, 0.08 * head.faceWidth, Math.sqrt(nearLid));
  }
  const counts = new Uint8Array(rig.vertexCount);
  for (const v of face.mesh.triangles) counts[v]++;
  return { vertices: face.vertices, triangles: face.mesh.triangles, light, restLight, fade, normals: new Float32Array(rig.vertexCount * 3), ratio: new Float32Array(rig.vertexCount), sums: new Float32Array(rig.vertexCount), counts };
}

function lightOn(light: Relight['light'], normals: Float32Array, v: number): number {
  return Math.max(0.25 * light[0], light[0] + light[1] * normals[v * 3] + light[2] * normals[v * 3 + 1] + light[3] * normals[v * 3 + 2]);
}

/** Robust ridge regression of luma on the normal (first-order spherical harmonics; Ramamoorthi and Hanrahan 2001), eyes, brows and shadows weighing little. */
function fitLight(head: Head, face: Face, normals: Float32Array, luma: ReturnType<typeof faceLuma>): Relight['light'] {
  const { rest, rig } = head;
  const rows = Array.from(face.vertices).filter((v) => !rig.hiddenLip[v] && normals[v * 3 + 2] > 0.15);
  const { plane, x, y, w, h } = luma;
  const at = (v: number): number => plane[clamp(Math.floor(rest[v * 3 + 1]) - y, 0, h - 1) * w + clamp(Math.floor(rest[v * 3]) - x, 0, w - 1)];
  const count = rows.length;
  const data = new Float64Array(count * 5); // 1, normal, luma of each vertex
  rows.forEach((v, i) => {
    data.set([1, normals[v * 3], normals[v * 3 + 1], normals[v * 3 + 2], at(v)], i * 5);
  });
  let answer = Float64Array.of(128, 0, 0, 0);
  const weights = new Float64Array(count).fill(1);
  for (let round = 0; round < 8; round++) {
    const matrix = new Float64Array(16);
    const right = new Float64Array(4);
    for (let i = 0; i < count; i++) {
      for (let a = 0; a < 4; a++) {
        const value = weights[i] * data[i * 5 + a];
        right[a] += value * data[i * 5 + 4];
        for (let b = 0; b <= a; b++) matrix[a * 4 + b] += value * data[i * 5 + b];
      }
    }
    for (let a = 1; a < 4; a++) matrix[a * 5] += 3;
    matrix[0] += 1e-6;
    solveCholesky(matrix, right, 4);
    answer = right;
    for (let i = 0; i < count; i++) {
      let error = data[i * 5 + 4];
      for (let a = 0; a < 4; a++) error -= answer[a] * data[i * 5 + a];
      weights[i] = 1 / (1 + (error / 12) ** 2);
    }
  }
  return [answer[0], answer[1], answer[2], answer[3]];
}

/** Sets channel 2 of `attributes` to base brightness [V] times the light's ratio for the moved positions [V, 3]. */
export function relightFace(relight: Relight, positions: Float32Array, attributes: Float32Array, channels: number, shade: Float32Array): void {
  const { triangles, vertices, light, restLight, fade, normals, ratio } = relight;
  sumNormals(triangles, positions, normals);
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i];
    const length = Math.sqrt(normals[v * 3] ** 2 + normals[v * 3 + 1] ** 2 + normals[v * 3 + 2] ** 2) || 1;
    const now = Math.max(0.25 * light[0], light[0] + (light[1] * normals[v * 3] + light[2] * normals[v * 3 + 1] + light[3] * normals[v * 3 + 2]) / length);
    ratio[v] = clamp(now / restLight[v], darkest, brightest);
  }
  for (let pass = 0; pass < smoothingPasses; pass++) smoothRatio(relight);
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i];
    attributes[v * channels + 2] = shade[v] * (1 + (ratio[v] - 1) * fade[v]);
  }
}

/** Each vertex takes the mean of its triangles' means: creases of the mesh would show as spots. */
function smoothRatio({ triangles, vertices, ratio, sums, counts }: Relight): void {
  sums.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const mean = (ratio[triangles[t]] + ratio[triangles[t + 1]] + ratio[triangles[t + 2]]) / 3;
    sums[triangles[t]] += mean;
    sums[triangles[t + 1]] += mean;
    sums[triangles[t + 2]] += mean;
  }
  for (let i = 0; i < vertices.length; i++) {
    const v = vertices[i];
    if (counts[v] > 0) ratio[v] = sums[v] / counts[v];
  }
}
