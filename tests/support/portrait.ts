/** A made-up portrait that fits the rig exactly: landmarks projected from it, a smooth textured picture under them. */
import { readFileSync } from 'node:fs';
import { rotationOf } from '../../src/rig/algebra.ts';
import type { RenderSource } from '../../src/render/renderer.ts';
import { landmarkCount, type Rig, readRig } from '../../src/rig/rig.ts';

export function rigFile(): ArrayBuffer {
  const bytes = readFileSync(new URL('../../models/default/rig.bin', import.meta.url));
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}

let rig: Rig | undefined;
export function shippedRig(): Rig {
  rig ??= readRig(rigFile());
  return rig;
}

export interface MadePortrait {
  width?: number;
  height?: number;
  /** Pixels per decimetre */
  scale?: number;
  pitch?: number;
  yaw?: number;
  roll?: number;
  /** Weights of identity modes and of expressions, by index */
  identity?: Record<number, number>;
  expression?: Record<number, number>;
}

/** Landmarks [478, 3] (MediaPipe's axes) of the rig under a known pose. */
export function makeLandmarks({ width = 256, height = 256, scale = 90, pitch = 0, yaw = 0, roll = 0, identity = {}, expression = {} }: MadePortrait = {}): Float32Array {
  const head = shippedRig();
  const shape = head.vertices.slice();
  const add = (field: Float32Array, k: number, weight: number): void => {
    for (let i = 0; i < shape.length; i++) shape[i] += weight * field[k * shape.length + i];
  };
  for (const [k, weight] of Object.entries(identity)) add(head.identities, Number(k), weight);
  for (const [k, weight] of Object.entries(expression)) add(head.expressions, Number(k), weight);
  const r = rotationOf(pitch, yaw, roll);
  const turned = (i: number): number[] => {
    const p = [0, 0, 0];
    for (let corner = 0; corner < 3; corner++) {
      const v = head.landmarkTriangles[i * 3 + corner];
      for (let axis = 0; axis < 3; axis++) p[axis] += head.landmarkWeights[i * 3 + corner] * shape[v * 3 + axis];
    }
    return [0, 1, 2].map((row) => scale * (r[row * 3] * p[0] + r[row * 3 + 1] * p[1] + r[row * 3 + 2] * p[2]));
  };
  const points = Array.from({ length: landmarkCount }, (_, i) => turned(i));
  const middle = [0, 1, 2].map((axis) => points.reduce((sum, p) => sum + p[axis], 0) / points.length);
  return Float32Array.from(points.flatMap((p) => [p[0] - middle[0] + width / 2, height / 2 - (p[1] - middle[1]), -(p[2] - middle[2])]));
}

/** A picture with detail everywhere and a person mask that covers the middle. */
export function makePortrait(options: MadePortrait = {}): RenderSource {
  const { width = 256, height = 256 } = options;
  const rgb = new Uint8Array(width * height * 3);
  const mask = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      rgb[i * 3] = 150 + 40 * Math.sin(x / 5) * Math.cos(y / 7) + 20 * Math.sin((x + 2 * y) / 23);
      rgb[i * 3 + 1] = 110 + 35 * Math.sin(x / 9 + y / 6);
      rgb[i * 3 + 2] = 90 + 30 * Math.cos(x / 6 - y / 11);
      mask[i] = Math.hypot((x - width / 2) / (width * 0.4), (y - height * 0.55) / (height * 0.6)) < 1 ? 1 : 0;
    }
  }
  return { width, height, rgb, landmarks: makeLandmarks(options), mask, maskWidth: width, maskHeight: height };
}

/** Whether two pictures agree in every byte (vitest's toEqual takes seconds for this). */
export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Peak signal to noise ratio of two byte arrays, dB. */
export function psnr(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2;
  return sum === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / (sum / a.length));
}
