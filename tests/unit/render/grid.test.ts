import { describe, expect, test } from 'vitest';
import { channel, channelCount } from '../../../src/motion/channels.ts';
import { landmarkAt } from '../../../src/render/alignment.ts';
import { placeHead } from '../../../src/render/head.ts';
import { leftCheekLandmark } from '../../../src/render/landmarks.ts';
import { movePoint } from '../../../src/render/pose.ts';
import { buildScene, poseScene } from '../../../src/render/scene.ts';
import { makePortrait, shippedRig } from '../../support/portrait.ts';

const source = makePortrait({ width: 192, height: 192, scale: 68 });
const head = placeHead(shippedRig(), source.landmarks);
const scene = buildScene(shippedRig(), head, { width: source.width, height: source.height, rgb: source.rgb, alpha: null });

describe('the grid', () => {
  test('moves the skin before the ear as the head moves it, not as the front of the face', () => {
    const point = new Float64Array(3);
    const [x, y, z] = landmarkAt(head.rig, head.rest, leftCheekLandmark, point);
    const motion = new Float32Array(channelCount);
    motion[channel.headYaw] = 8;
    poseScene(scene, motion, 0);
    const { rest, mesh } = scene.grid;
    let nearest = 0;
    for (let i = 0; i < rest.length; i += 3) if (Math.hypot(rest[i] - x, rest[i + 1] - y) < Math.hypot(rest[nearest] - x, rest[nearest + 1] - y)) nearest = i;
    movePoint(scene.move, rest[nearest], rest[nearest + 1], z, point, 0);
    const asHead = point[0] - rest[nearest];
    const nose = Array.from(landmarkAt(head.rig, head.rest, 1, point));
    movePoint(scene.move, nose[0], nose[1], nose[2], point, 0);
    const asNose = point[0] - nose[0];
    const asGrid = mesh.positions[nearest] - rest[nearest];
    expect(asGrid).toBeLessThan(asHead + 0.3 * (asNose - asHead));
  });

  test('does not fold in a turn of 12 degrees', () => {
    const { mesh } = scene.grid;
    for (const yaw of [-12, 12]) {
      const motion = new Float32Array(channelCount);
      motion[channel.headYaw] = yaw;
      poseScene(scene, motion, 0);
      const { positions: p, triangles } = mesh;
      let folded = 0;
      for (let t = 0; t < triangles.length; t += 3) {
        const [a, b, c] = [triangles[t] * 3, triangles[t + 1] * 3, triangles[t + 2] * 3];
        if ((p[b] - p[a]) * (p[c + 1] - p[a + 1]) - (p[c] - p[a]) * (p[b + 1] - p[a + 1]) >= 0) folded++;
      }
      expect(folded).toBe(0);
    }
  });
});
