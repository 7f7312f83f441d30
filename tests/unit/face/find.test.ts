import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { findFaces } from '../../../src/face/find.ts';
import { meshFace } from '../../../src/face/mesh.ts';
import { choosePortrait, type FaceNetworks, type Portrait } from '../../../src/portrait/choose.ts';
import { loadPicture } from '../../../src/portrait/load.ts';
import type { Picture } from '../../../src/portrait/picture.ts';
import { openFaceNetworks, pastePortrait } from '../../support/faces.ts';
import { portrait as portraitFile } from '../../support/pictures.ts';

let networks: FaceNetworks;
let portrait: Picture;
let chosen: Portrait;
beforeAll(async () => {
  networks = await openFaceNetworks();
  portrait = await loadPicture(portraitFile);
  chosen = await choosePortrait(portrait, networks);
}, 120_000);

const point = (landmarks: Float32Array, index: number): [number, number] => [landmarks[index * 3], landmarks[index * 3 + 1]];

vi.setConfig({ testTimeout: 120_000 }); // networks on a busy machine

describe('findFaces', () => {
  test('gives one box a face, left to right, keypoints inside', async () => {
    const picture = await pastePortrait({ width: 1500, height: 1200 }, [
      { left: 900, top: 40, width: 400 },
      { left: 30, top: 500, width: 640 },
      { left: 1250, top: 900, width: 230 },
    ]);
    const faces = await findFaces(picture, networks, { minScore: 0.6 });
    expect(faces.length).toBe(3);
    expect(faces.map((face) => Math.floor(face.x / 100))).toEqual([2, 10, 13]);
    for (const face of faces) {
      for (let k = 0; k < 4; k++) {
        expect(face.keypoints[k * 2]).toBeGreaterThan(face.x);
        expect(face.keypoints[k * 2]).toBeLessThan(face.x + face.width);
      }
      expect(face.score).toBeGreaterThan(0.5);
    }
  });
});

describe('meshFace', () => {
  test.each([-30, -10, 20, 35])('follows a picture tilted by %i degrees', async (degrees) => {
    const bytes = await sharp(portraitFile).rotate(degrees, { background: '#888888' }).png().toBuffer();
    const tilted = await loadPicture(bytes);
    const { face } = await choosePortrait(tilted, networks);
    const angle = (degrees * Math.PI) / 180;
    let error = 0;
    for (let k = 0; k < 478; k++) {
      const [x, y] = point(chosen.face.landmarks, k);
      const [dx, dy] = [x - portrait.width / 2, y - portrait.height / 2];
      const turnedX = tilted.width / 2 + dx * Math.cos(angle) - dy * Math.sin(angle);
      const turnedY = tilted.height / 2 + dx * Math.sin(angle) + dy * Math.cos(angle);
      const [foundX, foundY] = point(face.landmarks, k);
      error += Math.hypot(foundX - turnedX, foundY - turnedY) / 478;
    }
    const [eyeX, eyeY] = point(chosen.face.landmarks, 468);
    const [otherX, otherY] = point(chosen.face.landmarks, 473);
    expect(error / Math.hypot(eyeX - otherX, eyeY - otherY)).toBeLessThan(0.03); // of the eye distance
  });

  test('says that a wall is no face', async () => {
    const wall = { width: 300, height: 300, rgb: new Uint8Array(300 * 300 * 3).fill(120), alpha: null, name: 'wall', warnings: [] };
    const box = { x: 100, y: 100, width: 100, height: 100, score: 1, keypoints: Float32Array.of(120, 130, 170, 130, 0, 0, 0, 0, 0, 0, 0, 0) };
    expect((await meshFace(wall, box, networks)).flag).toBeLessThan(0.5);
  });
});
