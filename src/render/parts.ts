/**
 * The parts of a drawn frame that a learned finish would work on: mouth and eyes, with what geometry knows about them. A finish takes the pixels of a part's box,
 * its mask and its normals, and puts pixels back into the frame.
 */
import type { Opening } from './drawing/opening.ts';
import { clearTarget, createTarget, drawMesh, type Mesh, type RasterTarget } from './drawing/raster.ts';
import type { Scene } from './scene.ts';

export interface FramePart {
  name: 'mouth' | 'rightEye' | 'leftEye';
  /** The part's box in the frame, whole pixels; empty where the part lies outside the frame */
  x: number;
  y: number;
  width: number;
  height: number;
  /** [height, width] 0..1: how far a pixel shows what the picture hides (the mouth's inside, the eyeball), drawn and not photographed */
  mask: Float32Array;
  /** [height, width, 3] the skin's unit normals, x right, y up, z to the viewer; zeros where no skin is drawn */
  normals: Float32Array;
}

export interface PartReader {
  target: RasterTarget;
  mesh: Mesh;
}

const normalChannels = 3;

export function buildPartReader({ face, relight }: Scene): PartReader {
  const { positions, triangles, codes } = face.mesh;
  return { target: createTarget(normalChannels), mesh: { positions, attributes: relight.normals, triangles, codes } };
}

/** The part that `opening` drew last. */
export function readPart({ target, mesh }: PartReader, name: FramePart['name'], opening: Opening): FramePart {
  const { x0: x, y0: y, behind } = opening;
  const width = Math.max(0, opening.x1 - x);
  const height = Math.max(0, opening.y1 - y);
  const size = width * height;
  const normals = new Float32Array(size * 3);
  clearTarget(target, width, height);
  drawMesh(target, mesh, { x, y, scale: 1 }, 'front');
  for (let i = 0; i < size; i++) {
    if (!target.codes[i]) continue;
    // Means of vertices' normals may lean back at a silhouette; what is seen faces the viewer.
    const z = Math.max(0, target.values[i * 3 + 2]);
    const length = Math.hypot(target.values[i * 3], target.values[i * 3 + 1], z) || 1;
    for (let axis = 0; axis < 3; axis++) normals[i * 3 + axis] = (axis === 2 ? z : target.values[i * 3 + axis]) / length;
  }
  return { name, x, y, width, height, mask: behind.slice(0, size), normals };
}
