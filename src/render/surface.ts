/** Step 6: the frame's skin, hair and surroundings: two maps of source coordinates, joined, and the picture sampled through them. */
import { creaseAt } from './creases.ts';
import { faceChannels } from './face.ts';
import { clearTarget, createTarget, drawMesh, type RasterTarget } from './raster.ts';
import type { Scene } from './scene.ts';
import { backgroundTiles, sampleCubic, type Texture, tileSize } from './texture.ts';

export interface Canvas {
  width: number;
  height: number;
  /** [height, width, 3] the picture */
  rgb: Uint8Array;
  texture: Texture;
  /** [height, width, 3] the background alone, or null where it is drawn with the rest */
  plate: Uint8Array | null;
  /** Tiles of the texture that are background alone; null without a plate */
  tiles: Uint8Array | null;
  /** Maps: surroundings (source x, y) and face (source x, y, brightness, weight), over the grid's box */
  surroundings: RasterTarget;
  face: RasterTarget;
  sample: Float64Array;
}

export function createCanvas(width: number, height: number, rgb: Uint8Array, texture: Texture, plate: Uint8Array | null): Canvas {
  return { width, height, rgb, texture, plate, tiles: plate && backgroundTiles(texture), surroundings: createTarget(2), face: createTarget(faceChannels), sample: new Float64Array(4) };
}

/** Shifts below this (pixels) leave a pixel as it is. */
const stillShift = 0.004;
const stillShade = 0.001;

/** Draws everything but the openings of mouth and eyes into `out` [height, width, 3]. */
export function drawSurface(canvas: Canvas, scene: Scene, out: Uint8Array): void {
  const { width, rgb, texture, surroundings, face, sample, plate, tiles } = canvas;
  const tileColumns = Math.ceil(width / tileSize);
  out.set(rgb);
  const [x0, y0, x1, y1] = scene.grid.box;
  const view = { x: x0, y: y0, scale: 1 };
  clearTarget(surroundings, x1 - x0, y1 - y0);
  drawMesh(surroundings, scene.grid.mesh, view, 'both');
  clearTarget(face, x1 - x0, y1 - y0);
  drawMesh(face, scene.face.mesh, view, 'front');
  const boxWidth = x1 - x0;
  const { creases } = scene;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const i = (y - y0) * boxWidth + x - x0;
      let u = x + 0.5;
      let v = y + 0.5;
      let shade = 1;
      if (surroundings.codes[i]) {
        u = surroundings.values[i * 2];
        v = surroundings.values[i * 2 + 1];
      }
      if (face.codes[i]) {
        const weight = face.values[i * 4 + 3];
        u += (face.values[i * 4] - u) * weight;
        v += (face.values[i * 4 + 1] - v) * weight;
        shade += (face.values[i * 4 + 2] - 1) * weight;
      }
      if (creases.isActive) shade *= creaseAt(creases, u, v);
      const du = u - x - 0.5;
      const dv = v - y - 0.5;
      const ds = shade - 1;
      if (du < stillShift && du > -stillShift && dv < stillShift && dv > -stillShift && ds < stillShade && ds > -stillShade) continue;
      const to = (y * width + x) * 3;
      if (plate && tiles && u >= 0 && v >= 0 && u < width && v < canvas.height && tiles[((v / tileSize) | 0) * tileColumns + ((u / tileSize) | 0)]) {
        out[to] = plate[to];
        out[to + 1] = plate[to + 1];
        out[to + 2] = plate[to + 2];
        continue;
      }
      sampleCubic(texture, u, v, sample);
      if (plate) {
        const through = sample[3] / 255;
        out[to] = byteOf(sample[0] * shade + through * plate[to]);
        out[to + 1] = byteOf(sample[1] * shade + through * plate[to + 1]);
        out[to + 2] = byteOf(sample[2] * shade + through * plate[to + 2]);
      } else {
        out[to] = byteOf(sample[0] * shade);
        out[to + 1] = byteOf(sample[1] * shade);
        out[to + 2] = byteOf(sample[2] * shade);
      }
    }
  }
}

/** Nearest whole grey level, 0..255. */
export function byteOf(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : (value + 0.5) | 0;
}
