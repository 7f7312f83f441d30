/** Landmarks of a made-up performer: the shipped rig seen by a camera, moved as the measured responses say. */
import { readFileSync } from 'node:fs';
import { addFields, fieldLength, landmarkShapes, neckPivot } from '../../src/capture/solve/landmark-shapes.ts';
import { type Responses, readResponses } from '../../src/capture/solve/responses.ts';
import { channel, type ChannelName } from '../../src/motion/channels.ts';
import { rotationOf } from '../../src/rig/algebra.ts';
import type { Rig } from '../../src/rig/rig.ts';

export function shippedResponses(): Responses {
  const bytes = readFileSync(new URL('../../assets/landmark-responses.bin', import.meta.url));
  return readResponses(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer);
}

export interface TakePose {
  pitch?: number;
  yaw?: number;
  roll?: number;
  /** Pixels a decimetre */
  scale?: number;
  x?: number;
  y?: number;
  distance?: number;
  identity?: Float32Array;
  expression?: Partial<Record<ChannelName, number>>;
  /** Pixels: standard deviation of even noise */
  noise?: number;
}

/** [478, 3] pixels, x right, y down, z smaller is nearer. */
export function takeLandmarks(rig: Rig, responses: Responses, pose: TakePose = {}): Float32Array {
  const { pitch = 0, yaw = 0, roll = 0, scale = 120, x = 320, y = 300, distance = 10, identity = new Float32Array(40), expression = {}, noise = 0 } = pose;
  const shapes = landmarkShapes(rig);
  const shape = addFields(shapes.base, shapes.identities, identity, new Float64Array(fieldLength));
  const pivot = neckPivot(shape);
  for (const [name, weight] of Object.entries(expression)) {
    const start = channel[name as ChannelName] * (fieldLength / 3) * 2;
    for (let i = 0; i < fieldLength / 3; i++) for (let axis = 0; axis < 2; axis++) shape[i * 3 + axis] += weight * responses.responses[start + i * 2 + axis];
  }
  const r = rotationOf(pitch, yaw, roll);
  const out = new Float32Array(fieldLength);
  let seed = 7;
  const jitter = (): number => {
    seed = (seed * 16807) % 2147483647;
    return noise * Math.sqrt(12) * (seed / 2147483647 - 0.5);
  };
  for (let at = 0; at < fieldLength; at += 3) {
    const [px, py, pz] = [0, 1, 2].map((row) => [0, 1, 2].reduce((sum, axis) => sum + r[row * 3 + axis] * (shape[at + axis] - pivot[axis]), 0));
    const near = 1 / (1 - pz / distance);
    out[at] = x + scale * near * px + jitter();
    out[at + 1] = y - scale * near * py + jitter();
    out[at + 2] = -scale * pz;
  }
  return out;
}
