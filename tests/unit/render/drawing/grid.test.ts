import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channel, channelCount, coefficientCount } from '../../../../src/motion/channels.ts';
import { landmarkAt } from '../../../../src/render/rig/alignment.ts';
import { placeHead } from '../../../../src/render/rig/head.ts';
import { leftCheekLandmark, rightCheekLandmark } from '../../../../src/rig/landmarks.ts';
import { clearTarget, createTarget, drawMesh } from '../../../../src/render/drawing/raster.ts';
import { movePoint } from '../../../../src/render/rig/pose.ts';
import { buildScene, poseScene } from '../../../../src/render/scene.ts';
import { makePortrait, shippedRig } from '../../../support/portrait.ts';

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

  test('does not fold where it is seen, however the head turns and speaks', () => {
    const turn = fc.double({ min: -15, max: 15, noNaN: true });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(turn, fc.constantFrom('headYaw', 'headPitch', 'headRoll'), share, share, share, (angle, axis, jaw, smile, pucker) => {
        const motion = new Float32Array(channelCount);
        motion[channel[axis]] = angle;
        motion[channel.jawOpen] = 0.6 * jaw;
        motion[channel.mouthSmileLeft] = smile;
        motion[channel.mouthPucker] = pucker;
        poseScene(scene, motion, 1);
        expect(foldedTriangles()).toBe(0);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  test('leaves no pixel of its box undefined, whatever is asked', () => {
    const target = createTarget(2);
    const [x0, y0, x1, y1] = scene.grid.box;
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), { minLength: coefficientCount, maxLength: coefficientCount }),
        fc.array(fc.double({ min: -15, max: 15, noNaN: true }), { minLength: 3, maxLength: 3 }),
        (coefficients, angles) => {
          const motion = new Float32Array(channelCount);
          motion.set(coefficients);
          motion.set(angles, channel.headPitch);
          poseScene(scene, motion, 1);
          expect(scene.grid.mesh.positions.every(Number.isFinite)).toBe(true);
          expect(scene.face.vertices.every((v) => Number.isFinite(scene.face.mesh.positions[v * 3]))).toBe(true);
          clearTarget(target, x1 - x0, y1 - y0);
          drawMesh(target, scene.grid.mesh, { x: x0, y: y0, scale: 1 }, 'both');
          const holes = target.codes.subarray(0, (x1 - x0) * (y1 - y0)).filter((code) => code === 0).length;
          expect(holes).toBe(0);
        },
      ),
      { seed: 7, numRuns: 40 },
    );
  });

  test('an ear widens as one that stands off the head does where it comes into view', () => {
    // Far from the picture's borders.
    const wide = makePortrait({ width: 400, height: 400, scale: 68 });
    const wideHead = placeHead(shippedRig(), wide.landmarks);
    const turned = buildScene(shippedRig(), wideHead, { width: 400, height: 400, rgb: wide.rgb, alpha: null });
    const { mesh, rest } = turned.grid;
    const motion = new Float32Array(channelCount);
    motion[channel.headYaw] = 15;
    poseScene(turned, motion, 0);
    const point = new Float64Array(3);
    const [x, y] = landmarkAt(head.rig, wideHead.rest, rightCheekLandmark, point);
    let sum = 0;
    let count = 0;
    for (let i = 1; i < rest.length / 3; i++) {
      const [dx, dy] = [x - rest[i * 3], y - rest[i * 3 + 1]];
      // The strip where the ear is.
      if (dx < 0.02 * head.faceWidth || dx > 0.16 * head.faceWidth || Math.abs(dy) > 0.15 * head.faceWidth) continue;
      sum += (mesh.positions[i * 3] - mesh.positions[i * 3 - 3]) / (rest[i * 3] - rest[i * 3 - 3]);
      count++;
    }
    expect(sum / count).toBeGreaterThan(1);
    expect(sum / count).toBeLessThan(1.4);
  });

  test('a person who touches the upper border is not drawn away from it, but slides along it', () => {
    // This head's hair ends above the picture.
    const motion = new Float32Array(channelCount);
    motion[channel.headY] = -0.1;
    motion[channel.headX] = 0.1;
    poseScene(scene, motion, 0);
    const { rest, mesh } = scene.grid;
    const border = Array.from({ length: rest.length / 3 }, (_, i) => i).filter((i) => rest[i * 3 + 1] === 0 && Math.abs(rest[i * 3] - 96) < 20);
    expect(border.length).toBeGreaterThan(2);
    for (const i of border) {
      expect(mesh.positions[i * 3 + 1]).toBeCloseTo(0, 3);
      expect(mesh.positions[i * 3] - rest[i * 3]).toBeGreaterThan(5);
    }
  });

  test('takes no colour from beyond the sides and the top of the picture', () => {
    const { attributes } = scene.grid.mesh;
    for (let i = 0; i < attributes.length; i += 2) {
      expect(attributes[i]).toBeGreaterThanOrEqual(0);
      expect(attributes[i]).toBeLessThanOrEqual(192);
      expect(attributes[i + 1]).toBeGreaterThanOrEqual(0);
    }
  });
});

/** Grid triangles turned over inside the picture that neither face nor openings of eyes and mouth hide. */
function foldedTriangles(): number {
  const { positions: p, triangles } = scene.grid.mesh;
  const face = scene.face.mesh;
  const { rig } = head;
  const target = createTarget(4);
  clearTarget(target, 192, 192);
  drawMesh(target, face, { x: 0, y: 0, scale: 1 }, 'front');
  const boxes = [
    [rig.rightEyeUpper, rig.rightEyeLower],
    [rig.leftEyeUpper, rig.leftEyeLower],
    [rig.upperLipSeam, rig.lowerLipSeam],
  ].map((chains) => [0, 1].map((axis) => chains.flatMap((chain) => Array.from(chain, (v) => face.positions[v * 3 + axis]))));
  let folded = 0;
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t] * 3, triangles[t + 1] * 3, triangles[t + 2] * 3];
    if ((p[b] - p[a]) * (p[c + 1] - p[a + 1]) - (p[c] - p[a]) * (p[b + 1] - p[a + 1]) < 0) continue;
    const [x, y] = [0, 1].map((axis) => Math.floor((p[a + axis] + p[b + axis] + p[c + axis]) / 3));
    if (x < 0 || y < 0 || x >= 192 || y >= 192) continue;
    const at = y * 192 + x;
    if (target.codes[at] && target.values[at * 4 + 3] > 0.97) continue;
    if (boxes.some(([xs, ys]) => x >= Math.min(...xs) - 2 && x <= Math.max(...xs) + 2 && y >= Math.min(...ys) - 2 && y <= Math.max(...ys) + 2)) continue;
    folded++;
  }
  return folded;
}
