/** The fitted rig placed in the picture: rest positions in pixels and how each motion channel moves them. */
import { coefficientCount, coefficientNames } from '../../motion/channels.ts';
import { fitCorrection, openTemplate, projectToPicture } from './alignment.ts';
import { fitHead, type HeadFit } from '../../rig/fit.ts';
import { chinLandmark, foreheadLandmark, leftCheekLandmark, rightCheekLandmark } from '../../rig/landmarks.ts';
import { clearTarget, createTarget, drawMesh } from '../drawing/raster.ts';
import { identityCount, part, type Rig } from '../../rig/rig.ts';

/** One motion channel's displacement at weight 1, only where it moves something. */
export interface Mode {
  vertices: Uint32Array;
  /** [n, 3] pixels, x right, y down, z to the viewer */
  deltas: Float32Array;
}

export interface Head {
  rig: Rig;
  fit: HeadFit;
  /** [478, 3] pixels */
  landmarks: Float32Array;
  /** [V, 3] decimetres: neutral rig with the jaw dropped; upper and lower lip are far apart in it */
  template: Float32Array;
  /** [V, 3] pixels, x right, y down, z to the viewer: where each vertex lies in the picture */
  rest: Float32Array;
  /** [V, 3] pixels, the same head without its expression and without correction */
  neutral: Float32Array;
  /** [52] */
  modes: Mode[];
  /** [V] 1 where a vertex belongs to a skin triangle */
  isSkin: Uint8Array;
  faceWidth: number;
  faceHeight: number;
  /** Pixels per decimetre */
  scale: number;
  /** Unit vector from chin to forehead in the picture, y down */
  up: [number, number];
}

/** Fits the rig to the picture's landmarks [478, 3] and aligns its skin with them exactly. */
export function placeHead(rig: Rig, landmarks: Float32Array): Head {
  const fit = fitHead(rig, landmarks);
  const identityShape = withModes(rig.vertices, rig.identities, fit.identity, identityCount);
  const shape = withModes(identityShape, rig.expressions, fit.expression, coefficientCount);
  const rest = projectToPicture(shape, fit);
  const template = openTemplate(rig);
  const isSkin = verticesOf(rig, (kind) => kind === part.skin);
  const isCavity = verticesOf(rig, (kind) => kind === part.cavity);
  const correction = fitCorrection(rig, template, landmarks, rest);
  const shift = new Float64Array(2);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (!isSkin[v] && !isCavity[v]) continue;
    correction(template[v * 3], template[v * 3 + 1], template[v * 3 + 2], shift);
    rest[v * 3] += shift[0];
    rest[v * 3 + 1] += shift[1];
  }
  const faceHeight = spanOf(landmarks, foreheadLandmark, chinLandmark);
  return {
    rig,
    fit,
    landmarks,
    template,
    rest,
    neutral: projectToPicture(identityShape, fit),
    modes: coefficientNames.map((_, k) => modeOf(rig, fit, k)),
    isSkin,
    faceWidth: spanOf(landmarks, rightCheekLandmark, leftCheekLandmark),
    faceHeight,
    scale: fit.scale,
    up: [
      (landmarks[foreheadLandmark * 3] - landmarks[chinLandmark * 3]) / faceHeight,
      (landmarks[foreheadLandmark * 3 + 1] - landmarks[chinLandmark * 3 + 1]) / faceHeight,
    ],
  };
}

/** Distance of two landmarks [478, 3] in the picture, pixels. */
export function spanOf(landmarks: Float32Array, a: number, b: number): number {
  return Math.hypot(landmarks[a * 3] - landmarks[b * 3], landmarks[a * 3 + 1] - landmarks[b * 3 + 1]);
}

/** base [V, 3] + Σ weights[k] · deltas[k] of deltas [K, V, 3]. */
function withModes(base: Float32Array, deltas: Float32Array, weights: Float32Array, count: number): Float32Array {
  const out = base.slice();
  for (let k = 0; k < count; k++) {
    const weight = weights[k];
    if (weight === 0) continue;
    const start = k * base.length;
    for (let i = 0; i < base.length; i++) out[i] += weight * deltas[start + i];
  }
  return out;
}

/** [V] 1 for the vertices of triangles whose part `accepts`. */
export function verticesOf(rig: Rig, accepts: (kind: number) => boolean): Uint8Array {
  const out = new Uint8Array(rig.vertexCount);
  for (let t = 0; t < rig.triangleCount; t++) {
    if (accepts(rig.parts[t])) for (let corner = 0; corner < 3; corner++) out[rig.triangles[t * 3 + corner]] = 1;
  }
  return out;
}

/** Vertices that follow the head at least so far are head and ears, not neck. */
const surelyHead = 0.7;

/** [height, width] 1 where the fitted head, ears included, lies before the picture's background; 0 elsewhere. */
export function coverOf(head: Head, width: number, height: number): Float32Array {
  const { rig } = head;
  const target = createTarget(0);
  clearTarget(target, width, height);
  const skin = Array.from({ length: rig.triangleCount }, (_, t) => rig.triangles.subarray(t * 3, t * 3 + 3)).filter(
    (corners, t) => rig.parts[t] === part.skin && corners.every((v) => rig.headWeight[v] >= surelyHead),
  );
  const triangles = Uint32Array.from(skin.flatMap((corners) => Array.from(corners)));
  const mesh = { positions: head.rest, attributes: new Float32Array(0), triangles, codes: new Uint8Array(skin.length).fill(1) };
  drawMesh(target, mesh, { x: 0, y: 0, scale: 1 }, 'front');
  return Float32Array.from(target.codes.subarray(0, width * height));
}

/** Motions below this (decimetres) are left out of a mode. */
const smallestMotion = 2e-5;

function modeOf(rig: Rig, { rotation: r, scale }: HeadFit, k: number): Mode {
  const start = k * rig.vertexCount * 3;
  const { expressions } = rig;
  const vertices = new Uint32Array(rig.vertexCount);
  const deltas = new Float32Array(rig.vertexCount * 3);
  let count = 0;
  for (let v = 0; v < rig.vertexCount; v++) {
    const x = expressions[start + v * 3];
    const y = expressions[start + v * 3 + 1];
    const z = expressions[start + v * 3 + 2];
    if (Math.abs(x) + Math.abs(y) + Math.abs(z) < smallestMotion) continue;
    vertices[count] = v;
    deltas[count * 3] = scale * (r[0] * x + r[1] * y + r[2] * z);
    deltas[count * 3 + 1] = -scale * (r[3] * x + r[4] * y + r[5] * z);
    deltas[count * 3 + 2] = scale * (r[6] * x + r[7] * y + r[8] * z);
    count++;
  }
  return { vertices: vertices.slice(0, count), deltas: deltas.slice(0, count * 3) };
}

/** Adds weight · mode to displacements [V, 3]. */
export function addMode(mode: Mode, weight: number, out: Float32Array): void {
  const { vertices, deltas } = mode;
  for (let i = 0; i < vertices.length; i++) {
    const to = vertices[i] * 3;
    out[to] += weight * deltas[i * 3];
    out[to + 1] += weight * deltas[i * 3 + 1];
    out[to + 2] += weight * deltas[i * 3 + 2];
  }
}
