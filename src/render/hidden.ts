/** Step 6: skin that the picture hides behind the nose's edge or the cheek's: what it shows when a turn brings it into view. */
import { clearTarget, createTarget, drawMesh } from './raster.ts';

/** The face is drawn this wide to see what hides what, pixels. */
const viewWidth = 320;
/** Skin lies behind other skin when it is deeper by this share of the face's width. */
const leastDepth = 0.02;
/** Skin that turns away from the viewer by more than this (cosine) is hidden whatever lies before it. */
const turnedAway = -0.05;
const smoothingPasses = 80;

/**
 * Spreads the sources of the skin around hidden vertices over them, in place: the pixels at their own place belong to whatever hides them, and a turn
 * would show a second edge of the nose. Triangles that the picture shows, even in part, keep their sources, so that nothing moves at rest.
 * rest [V, 3] and source [V, 2] pixels; normals [V, 3] (z to the viewer); triangles [T, 3] of the face.
 */
export function fillHiddenSources(rest: Float32Array, normals: Float32Array, triangles: Uint32Array, faceWidth: number, source: Float32Array): Uint8Array {
  const hidden = findHidden(rest, normals, triangles, faceWidth);
  // Only vertices of which no triangle is seen.
  const deep = hidden.slice();
  for (let t = 0; t < triangles.length; t += 3) {
    if (hidden[triangles[t]] && hidden[triangles[t + 1]] && hidden[triangles[t + 2]]) continue;
    for (let corner = 0; corner < 3; corner++) deep[triangles[t + corner]] = 0;
  }
  const sums = new Float32Array(deep.length * 3);
  for (let pass = 0; pass < smoothingPasses; pass++) {
    sums.fill(0);
    for (let t = 0; t < triangles.length; t += 3) {
      for (let corner = 0; corner < 3; corner++) {
        const v = triangles[t + corner];
        if (!deep[v]) continue;
        for (let step = 1; step < 3; step++) {
          const other = triangles[t + ((corner + step) % 3)];
          sums[v * 3] += source[other * 2];
          sums[v * 3 + 1] += source[other * 2 + 1];
          sums[v * 3 + 2]++;
        }
      }
    }
    for (let v = 0; v < deep.length; v++) {
      if (!deep[v] || sums[v * 3 + 2] === 0) continue;
      source[v * 2] = sums[v * 3] / sums[v * 3 + 2];
      source[v * 2 + 1] = sums[v * 3 + 1] / sums[v * 3 + 2];
    }
  }
  return deep;
}

/** [V] 1 for vertices of `triangles` that the picture does not show. */
function findHidden(rest: Float32Array, normals: Float32Array, triangles: Uint32Array, faceWidth: number): Uint8Array {
  const hidden = new Uint8Array(rest.length / 3);
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of triangles) {
    for (let axis = 0; axis < 2; axis++) {
      low[axis] = Math.min(low[axis], rest[v * 3 + axis]);
      high[axis] = Math.max(high[axis], rest[v * 3 + axis]);
    }
  }
  const scale = viewWidth / faceWidth;
  const [x0, y0] = [low[0] - 2 / scale, low[1] - 2 / scale];
  const [w, h] = [Math.ceil((high[0] - low[0]) * scale) + 4, Math.ceil((high[1] - low[1]) * scale) + 4];
  const target = createTarget(0);
  clearTarget(target, w, h);
  drawMesh(target, { positions: rest, attributes: new Float32Array(0), triangles, codes: new Uint8Array(triangles.length / 3).fill(1) }, { x: x0, y: y0, scale }, 'front');
  for (const v of triangles) {
    const column = Math.floor((rest[v * 3] - x0) * scale);
    const row = Math.floor((rest[v * 3 + 1] - y0) * scale);
    // The farthest of the pixels around: a vertex at an edge is not hidden by what begins beside it.
    let before = Number.POSITIVE_INFINITY;
    for (let dy = -1; dy <= 1; dy++) for (let dx = -1; dx <= 1; dx++) before = Math.min(before, target.depth[(row + dy) * w + column + dx]);
    if (normals[v * 3 + 2] < turnedAway || before > rest[v * 3 + 2] + leastDepth * faceWidth) hidden[v] = 1;
  }
  return hidden;
}
