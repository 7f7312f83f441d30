/** Which of the rig's skin is drawn, where each vertex takes its colour from, and how it fades into the surroundings. */
import { chainParameters, clamp, convexHull, interpolate, signedDistance, smoothStep, sumNormals } from './geometry.ts';
import type { Head } from '../rig/head.ts';
import type { Mesh } from './raster.ts';
import { part, type Rig } from '../../rig/rig.ts';

/** Attributes of the face mesh: source x, source y (pixels), brightness factor, weight against the surroundings' map. */
export const faceChannels = 4;

/** Codes of face triangles in a raster target. */
export const faceCode = { upperLip: 1, lowerLip: 2, skin: 3 } as const;

export interface Face {
  mesh: Mesh;
  /** [n] vertices that the mesh uses */
  vertices: Uint32Array;
  /** [2 m] hull of the landmarks, pixels */
  hull: Float64Array;
  /** Lip vertices at the seam, and how far [n, 2] pixels their source moves off a seam that is open in the picture, where its pixels are half teeth: seam-inset.ts fills them */
  seamVertices: Uint32Array;
  seamInset: Float32Array;
  /** [V, 2] source of each vertex, pixels */
  source: Float32Array;
  /** [V] brightness of the rest mesh: below 1 on skin that the picture hides inside the mouth */
  shade: Float32Array;
}

/** The mesh reaches this far (face widths) inside the landmarks' hull, and fades into the surroundings over `fadeWidth` more. */
const hullInset = 0.004;
const fadeWidth = 0.07;
/** Skin that turns away from the viewer further than this (cosine) near the hull is left to the surroundings. */
const steepest = 0.28;

/** Picks the triangles and sets the attributes; `mesh.positions` is left for each frame to fill. */
export function buildFace(head: Head): Face {
  const { rig, rest } = head;
  const hull = faceHull(head);
  const normals = vertexNormals(rig, rest, (t) => rig.parts[t] === part.skin);
  const holes = [...[[rig.rightEyeUpper, rig.rightEyeLower] as const, [rig.leftEyeUpper, rig.leftEyeLower] as const]].map(([u, l]) => loopOf(rest, u, l));
  const weights = new Float32Array(rig.vertexCount);
  for (let v = 0; v < rig.vertexCount; v++) {
    if (!head.isSkin[v]) continue;
    const inside = signedDistance(hull, rest[v * 3], rest[v * 3 + 1]) / head.faceWidth - hullInset;
    const nearBorder = 1 - smoothStep(0.1, 0.18, inside);
    const facing = smoothStep(steepest, steepest + 0.25, normals[v * 3 + 2]);
    weights[v] = smoothStep(0, fadeWidth, inside) * (1 - nearBorder * (1 - facing));
  }
  const deepest = depthLimit(head);
  const kept: number[] = [];
  const codes: number[] = [];
  for (let t = 0; t < rig.triangleCount; t++) {
    if (rig.parts[t] !== part.skin) continue;
    const corners = [rig.triangles[t * 3], rig.triangles[t * 3 + 1], rig.triangles[t * 3 + 2]];
    if (corners.every((v) => weights[v] === 0)) continue;
    const middle = (axis: number): number => (rest[corners[0] * 3 + axis] + rest[corners[1] * 3 + axis] + rest[corners[2] * 3 + axis]) / 3;
    if (holes.some((hole) => signedDistance(hole, middle(0), middle(1)) > 0.004 * head.faceWidth)) continue;
    if (middle(2) < deepest) continue;
    kept.push(...corners);
    const sides = corners.map((v) => rig.lipSide[v]);
    codes.push(sides.includes(1) ? faceCode.upperLip : sides.includes(2) ? faceCode.lowerLip : faceCode.skin);
  }
  const { source, shade } = hiddenLipSource(head);
  const attributes = new Float32Array(rig.vertexCount * faceChannels);
  for (let v = 0; v < rig.vertexCount; v++) attributes.set([source[v * 2], source[v * 2 + 1], shade[v], weights[v]], v * faceChannels);
  const triangles = Uint32Array.from(kept);
  return {
    mesh: { positions: new Float32Array(rig.vertexCount * 3), attributes, triangles, codes: Uint8Array.from(codes) },
    vertices: Uint32Array.from(new Set([...triangles, ...marginsOf(rig)])),
    hull,
    seamVertices: new Uint32Array(0),
    seamInset: new Float32Array(0),
    source,
    shade,
  };
}

/** The margins of mouth and eyes: drawn from even where their triangles turn away. */
function marginsOf(rig: Rig): number[] {
  const chains = [rig.upperLipSeam, rig.lowerLipSeam, rig.upperLipOuter, rig.lowerLipOuter, rig.rightEyeUpper, rig.rightEyeLower, rig.leftEyeUpper, rig.leftEyeLower];
  return chains.flatMap((chain) => Array.from(chain));
}

/** Hull of the landmarks [2 n], pixels. */
export function faceHull(head: Head): Float64Array {
  return convexHull(Array.from({ length: 468 }, (_, i) => [head.landmarks[i * 3], head.landmarks[i * 3 + 1]]).flat());
}

/** Skin behind the ears cannot be the face: half-way through the head. */
function depthLimit(head: Head): number {
  let near = Number.NEGATIVE_INFINITY;
  for (let v = 0; v < head.rig.vertexCount; v++) if (head.isSkin[v]) near = Math.max(near, head.rest[v * 3 + 2]);
  return near - 1.1 * head.scale;
}

/** Closed polygon [2 n] of an upper chain and the lower one run backwards. */
export function loopOf(positions: Float32Array, upper: Uint32Array, lower: Uint32Array): Float64Array {
  const ring = [...upper, ...Array.from(lower).reverse().slice(1, -1)];
  return Float64Array.from(ring.flatMap((v) => [positions[v * 3], positions[v * 3 + 1]]));
}

/** Unit normals [V, 3] (x right, y up, z to the viewer) of pixel positions [V, 3] (y down), weighted by area, of the triangles that `accepts`. */
export function vertexNormals(rig: Rig, positions: Float32Array, accepts: (t: number) => boolean): Float32Array {
  const accepted: number[] = [];
  for (let t = 0; t < rig.triangleCount; t++) if (accepts(t)) accepted.push(rig.triangles[t * 3], rig.triangles[t * 3 + 1], rig.triangles[t * 3 + 2]);
  const out = new Float32Array(rig.vertexCount * 3);
  sumNormals(Uint32Array.from(accepted), positions, out);
  for (let i = 0; i < out.length; i += 3) {
    const length = Math.sqrt(out[i] * out[i] + out[i + 1] * out[i + 1] + out[i + 2] * out[i + 2]) || 1;
    out[i] /= length;
    out[i + 1] /= length;
    out[i + 2] /= length;
  }
  return out;
}

/** Puts the sources that `insetSeam` and clearSeamLine (whose vertices are `others`) move back to where the picture has them. */
export function resetSources({ mesh, seamVertices, source }: Face, others: Uint32Array): void {
  for (let i = 0; i < seamVertices.length + others.length; i++) {
    const v = i < seamVertices.length ? seamVertices[i] : others[i - seamVertices.length];
    mesh.attributes[v * faceChannels] = source[v * 2];
    mesh.attributes[v * faceChannels + 1] = source[v * 2 + 1];
  }
}

/** Takes the sources of lip vertices off an open seam by `share` 0..1. */
export function insetSeam({ mesh, seamVertices, seamInset }: Face, share: number): void {
  for (let i = 0; i < seamVertices.length; i++) {
    const v = seamVertices[i];
    mesh.attributes[v * faceChannels] += share * seamInset[i * 2];
    mesh.attributes[v * faceChannels + 1] += share * seamInset[i * 2 + 1];
  }
}

/** How dark the lip gets one decimetre behind the seam, upper and lower (the lower one catches light). */
const hiddenDarkening = [0.6, 0.42] as const;
const hiddenDepth = 0.11;

/** Skin behind the seam has no pixels of its own in a picture of a closed mouth: it takes those of the visible lip, mirrored at the seam, and darker the deeper it lies. */
function hiddenLipSource(head: Head): { source: Float32Array; shade: Float32Array } {
  const { rig, rest, template } = head;
  const source = new Float32Array(rig.vertexCount * 2);
  const shade = new Float32Array(rig.vertexCount).fill(1);
  for (let v = 0; v < rig.vertexCount; v++) {
    source[v * 2] = rest[v * 3];
    source[v * 2 + 1] = rest[v * 3 + 1];
  }
  for (const side of [1, 2] as const) {
    const seam = side === 1 ? rig.upperLipSeam : rig.lowerLipSeam;
    const outer = side === 1 ? rig.upperLipOuter : rig.lowerLipOuter;
    const seamAt = chainParameters(chainPoints(rest, seam));
    const outerAt = chainParameters(chainPoints(rest, outer));
    const outerPoints = chainPoints(rest, outer);
    const outerTemplate = chainPoints3(template, outer);
    for (let v = 0; v < rig.vertexCount; v++) {
      if (!rig.hiddenLip[v] || rig.lipSide[v] !== side) continue;
      const { index, distance } = nearestOf(template, seam, v);
      const s = seam[index];
      const t = seamAt[index];
      const height = Math.hypot(...[0, 1, 2].map((axis) => interpolate(outerAt, outerTemplate, t, 3, axis) - template[s * 3 + axis]));
      const reach = clamp(distance / (height + 0.015), 0, 1) * 0.75;
      for (let axis = 0; axis < 2; axis++) {
        const at = rest[s * 3 + axis];
        source[v * 2 + axis] = at + (interpolate(outerAt, outerPoints, t, 2, axis) - at) * reach;
      }
      shade[v] = 1 - hiddenDarkening[side - 1] * clamp(distance / hiddenDepth, 0, 1) ** 0.9;
    }
  }
  return { source, shade };
}

export function chainPoints(positions: Float32Array, chain: Uint32Array): Float64Array {
  return Float64Array.from(Array.from(chain).flatMap((v) => [positions[v * 3], positions[v * 3 + 1]]));
}

function chainPoints3(positions: Float32Array, chain: Uint32Array): Float64Array {
  return Float64Array.from(Array.from(chain).flatMap((v) => [positions[v * 3], positions[v * 3 + 1], positions[v * 3 + 2]]));
}

/** Two margins that meet at both ends (lips, lids), as they lie in the picture. */
export interface Margins {
  /** [n] vertices from the image-left corner to the image-right one, and their places along the margin 0..1 */
  upper: Uint32Array;
  lower: Uint32Array;
  upperAt: Float64Array;
  lowerAt: Float64Array;
  /** Unit vector from the upper to the lower margin, pixels */
  down: [number, number];
  /** Corner to corner, pixels */
  width: number;
}

/** positions [V, 3] pixels, y down */
export function measureMargins(positions: Float32Array, upper: Uint32Array, lower: Uint32Array): Margins {
  const left = upper[0] * 3;
  const right = upper[upper.length - 1] * 3;
  const x = positions[right] - positions[left];
  const y = positions[right + 1] - positions[left + 1];
  const width = Math.hypot(x, y) || 1;
  const upperAt = chainParameters(chainPoints(positions, upper));
  const lowerAt = chainParameters(chainPoints(positions, lower));
  return { upper, lower, upperAt, lowerAt, down: [-y / width, x / width], width };
}

/** The vertex of `chain` nearest to vertex v, by its place in the chain, and how far it is. */
export function nearestOf(positions: Float32Array, chain: Uint32Array, v: number): { index: number; distance: number } {
  let index = 0;
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < chain.length; i++) {
    const c = chain[i] * 3;
    const dx = positions[c] - positions[v * 3];
    const dy = positions[c + 1] - positions[v * 3 + 1];
    const dz = positions[c + 2] - positions[v * 3 + 2];
    const squared = dx * dx + dy * dy + dz * dz;
    if (squared < best) {
      best = squared;
      index = i;
    }
  }
  return { index, distance: Math.sqrt(best) };
}
