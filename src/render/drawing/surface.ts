/** Step 6: the frame's skin, hair and surroundings: two maps of source coordinates, joined, and the picture sampled through them. The loop is in kernel/assembly/surface.ts. */
import type { Kernel } from '../../kernel/kernel.ts';
import { loadCreases } from '../skin/creases.ts';
import { faceChannels } from './face.ts';
import { clearTarget, createTarget, drawMesh, drawTriangles, loadMesh, type RasterTarget } from './raster.ts';
import type { Scene } from '../scene.ts';
import { backgroundTiles, type Texture, textureScale, tileShift, tileSize } from './texture.ts';

export interface Canvas {
  kernel: Kernel;
  width: number;
  height: number;
  /** [height, width, 3] the picture */
  rgb: Uint8Array;
  texture: Texture;
  /** [height, width, 3] the background alone, or null where it is drawn with the rest */
  plate: Uint8Array | null;
  /** Tiles of the texture that are background alone; null without a plate */
  tiles: Uint8Array | null;
  /** [height, width, 3] the frame being drawn */
  frame: Uint8Array;
  /** [height, width] opacity 0..255 of a picture that keeps it, and of the frame being drawn; null for an opaque one */
  opacity: { picture: Uint8Array; drawn: Uint8Array } | null;
  /** Maps: surroundings (source x, y) and face (source x, y, brightness, weight), over the grid's box */
  surroundings: RasterTarget;
  face: RasterTarget;
  /** Scratch: [grid rows - 1, 2] */
  reaches: Float32Array;
  sample: Float64Array;
}

/** Copies texture and plate into the kernel's memory: those given are not used again. */
export function createCanvas(kernel: Kernel, width: number, height: number, rgb: Uint8Array, texture: Texture, plate: Uint8Array | null, gridRows: number, alpha: Uint8Array | null): Canvas {
  kernel.loops.prepareSampling(textureScale);
  const data = kernel.shorts(texture.data.length);
  data.set(texture.data);
  const own = { ...texture, data };
  const kept = (bytes: Uint8Array | null): Uint8Array | null => {
    if (!bytes) return null;
    const copy = kernel.bytes(bytes.length);
    copy.set(bytes);
    return copy;
  };
  return {
    kernel,
    width,
    height,
    rgb,
    texture: own,
    plate: kept(plate),
    tiles: kept(plate && backgroundTiles(own)),
    frame: kernel.bytes(rgb.length),
    opacity: alpha && { picture: alpha, drawn: kernel.bytes(alpha.length) },
    surroundings: createTarget(2, kernel),
    face: createTarget(faceChannels, kernel),
    reaches: new Float32Array((gridRows - 1) * 2),
    sample: new Float64Array(4),
  };
}

/** Rows drawn at a time: the surroundings' map of so many stays in the processor's cache. */
const stripRows = 32;

/** Draws everything but the openings of mouth and eyes into `out` [height, width, 3]. */
export function drawSurface(canvas: Canvas, scene: Scene, out: Uint8Array): void {
  const { kernel, width, height, rgb, texture, surroundings, face, plate, tiles, frame, opacity } = canvas;
  const { grid } = scene;
  frame.set(rgb);
  opacity?.drawn.set(opacity.picture);
  const [x0, y0, x1, y1] = grid.box;
  clearTarget(face, x1 - x0, y1 - y0);
  drawMesh(face, scene.face.mesh, { x: x0, y: y0, scale: 1 }, 'front');
  loadCreases(scene.creases, kernel);
  loadMesh(surroundings, grid.mesh);
  const reach = rowReaches(canvas, grid);
  const trianglesPerRow = grid.mesh.codes.length / (grid.rows - 1);
  const view = { x: x0, y: y0, scale: 1 };
  for (let top = y0; top < y1; top += stripRows) {
    const bottom = Math.min(y1, top + stripRows);
    let first = 0;
    while (first < grid.rows - 1 && reach[first * 2 + 1] < top) first++;
    let end = grid.rows - 1;
    while (end > first && reach[end * 2 - 2] > bottom) end--;
    clearTarget(surroundings, x1 - x0, bottom - top);
    view.y = top;
    drawTriangles(surroundings, grid.mesh, view, 'both', first * trianglesPerRow, end * trianglesPerRow);
    const at = (top - y0) * (x1 - x0);
    kernel.loops.drawSurface(
      frame.byteOffset, texture.data.byteOffset, width, height,
      surroundings.values.byteOffset, surroundings.codes.byteOffset, face.values.byteOffset + at * 16, face.codes.byteOffset + at,
      x0, top, x1, bottom,
      plate?.byteOffset ?? 0, tiles?.byteOffset ?? 0, tileShift, Math.ceil(width / tileSize), opacity?.drawn.byteOffset ?? 0,
    );
  }
  out.set(frame);
}

/** Highest and lowest y of each row of the grid's cells as posed, [rows - 1, 2] pixels. */
function rowReaches({ reaches }: Canvas, { columns, rows, mesh }: Scene['grid']): Float32Array {
  const { positions } = mesh;
  for (let row = 0; row < rows - 1; row++) {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = row * columns; i < (row + 2) * columns; i++) {
      const y = positions[i * 3 + 1];
      if (y < low) low = y;
      if (y > high) high = y;
    }
    reaches[row * 2] = low;
    reaches[row * 2 + 1] = high;
  }
  return reaches;
}

/** Nearest whole grey level, 0..255. */
export function byteOf(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
