import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { AnimateError } from '../../../src/errors.ts';
import { choosePortrait, type FaceNetworks, type Portrait } from '../../../src/portrait/choose.ts';
import { loadPicture } from '../../../src/portrait/load.ts';
import { expandMask, maskPerson } from '../../../src/portrait/mask.ts';
import type { Picture } from '../../../src/portrait/picture.ts';
import { turnUpsideDown } from '../../../src/portrait/turn.ts';
import type { RunNetwork } from '../../../src/tensor/tensor.ts';
import { openFaceNetworks, pastePortrait as paste } from '../../support/faces.ts';
import { openRun } from '../../support/run-network.ts';

const model = new URL('../../../models/default/', import.meta.url).pathname;
const portraitFile = new URL('../../../examples/astronaut.png', import.meta.url).pathname;

let networks: FaceNetworks;
let mask: RunNetwork;
let portrait: Picture;
let chosen: Portrait;
beforeAll(async () => {
  networks = await openFaceNetworks();
  mask = await openRun(`${model}person-mask.onnx`);
  portrait = await loadPicture(portraitFile);
  chosen = await choosePortrait(portrait, networks);
}, 120_000);

async function errorOf(promise: Promise<unknown>): Promise<AnimateError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AnimateError);
  return error as AnimateError;
}

const point = (landmarks: Float32Array, index: number): [number, number] => [landmarks[index * 3], landmarks[index * 3 + 1]];

vi.setConfig({ testTimeout: 120_000 }); // networks on a busy machine

describe('choosePortrait', () => {
  const two = [{ width: 900, height: 500 }, [{ left: 20, top: 100, width: 340 }, { left: 420, top: 20, width: 460 }]] as const;

  test('finds the one face of a portrait, with landmarks where they belong', async () => {
    const { face, faces, number } = chosen;
    expect([faces.length, number]).toEqual([1, 1]);
    expect(face.landmarks.length).toBe(478 * 3);
    expect(face.flag).toBeGreaterThan(0.95);
    expect(Math.abs(face.yaw)).toBeLessThan(15);
    // Pupils, nose tip and mouth corners as read off the picture by eye, in its 640 pixels; 1 eye distance is about 87.
    const seen: [number, number, number][] = [
      [468, 280, 201],
      [473, 365.5, 207],
      [61, 278, 279],
      [291, 364, 282],
    ];
    for (const [index, x, y] of seen) {
      const [foundX, foundY] = point(face.landmarks, index);
      expect(Math.hypot(foundX - x, foundY - y), `landmark ${index} at ${foundX}, ${foundY}`).toBeLessThan(6);
    }
  });

  test('finds a face of 100 pixels in a picture of 4000', async () => {
    const { face: own } = chosen;
    const width = Math.round((100 / own.size) * portrait.width);
    const picture = await paste({ width: 4000, height: 3000 }, [{ left: 2951, top: 1777, width }]);
    const { face, faces, warnings } = await choosePortrait(picture, networks);
    expect(faces.length).toBe(1);
    expect(Math.abs(face.size - 100)).toBeLessThan(6);
    const scale = width / portrait.width;
    const [x, y] = point(own.landmarks, 1);
    const [foundX, foundY] = point(face.landmarks, 1);
    expect(Math.hypot(foundX - (2951 + x * scale), foundY - (1777 + y * scale))).toBeLessThan(3);
    const size = Math.round(face.size);
    expect(warnings[0]).toBe(
      `canvas.png: the face is ${size} pixels large; the mouth will look coarse. Use a larger picture (256 pixels and more look best)`,
    );
  });

  test('takes the larger of two faces and says how to change that', async () => {
    const picture = await paste(...two);
    const { faces, number, face, warnings } = await choosePortrait(picture, networks);
    expect([faces.length, number]).toEqual([2, 2]);
    expect(face.bounds.x).toBeGreaterThan(420);
    expect(warnings[0]).toBe(
      'canvas.png: 2 faces found; number 2, the largest, speaks. To change: choose another with --face 1 to 2, counted from left to right',
    );
  });

  test('takes the face that was asked for', async () => {
    const picture = await paste(...two);
    const { number, face, warnings } = await choosePortrait(picture, networks, { face: 1 });
    expect(number).toBe(1);
    expect(face.bounds.x).toBeLessThan(360);
    expect(warnings.some((warning) => warning.includes('faces found'))).toBe(false);
    const error = await errorOf(choosePortrait(picture, networks, { face: 3 }));
    expect([error.code, error.message, error.hint]).toEqual([
      'bad-option',
      'face: expected a number from 1 to 2 (canvas.png has 2 faces), got 3',
      'faces are counted from left to right; without the option the largest is taken',
    ]);
  });

  test('refuses a face under 48 pixels', async () => {
    const { face: own } = chosen;
    const width = Math.round((40 / own.size) * portrait.width);
    const picture = await paste({ width: 400, height: 400 }, [{ left: 120, top: 140, width }]);
    const error = await errorOf(choosePortrait(picture, networks));
    expect(error.code).toBe('no-face');
    expect(error.message).toMatch(/^canvas\.png: the face is (3[6-9]|4[0-4]) pixels large, expected at least 48$/);
    expect(error.hint).toBe('use a larger picture, or one taken from nearer; 256 pixels and more look best');
  });

  test.each([
    ['noise', { noise: { type: 'gaussian' as const, mean: 128, sigma: 50 }, background: 'white' }],
    ['a plain wall', { background: '#9a8f80' }],
  ])('finds no face in %s', async (_, content) => {
    const bytes = await sharp({ create: { width: 640, height: 480, channels: 3, ...content } }).png().toBuffer();
    const error = await errorOf(choosePortrait(await loadPicture(bytes, { name: 'wall.png' }), networks));
    expect([error.code, error.message]).toEqual(['no-face', 'wall.png: expected a face, found none in 640x480 pixels']);
    expect(error.hint).toMatch(/^use a picture where both eyes and the mouth/);
  });

  test('warns when the picture is upside down', async () => {
    const { warnings } = await choosePortrait({ ...turnUpsideDown(portrait), name: 'flipped.png' }, networks);
    expect(warnings.at(-1)).toBe('flipped.png: the picture seems to be upside down. Turn it and try again');
  });

  test.each([90, 270])('finds a face turned by %i degrees, and warns', async (degrees) => {
    const lying = await loadPicture(await sharp(portraitFile).rotate(degrees).png().toBuffer(), { name: 'lying.png' });
    const { face, warnings } = await choosePortrait(lying, networks);
    expect(face.flag).toBeGreaterThan(0.95);
    expect(warnings).toContain('lying.png: the head lies on its side. Turn the picture so that it stands upright');
  });

  test('warns about an open mouth', async () => {
    const { warnings } = chosen; // she smiles with her teeth
    expect(warnings).toEqual([
      `${portraitFile}: the mouth is open; closed lips cannot be seen in it. A picture with closed lips works best`,
    ]);
  });
});

describe('maskPerson', () => {
  test('covers the person and not the wall', async () => {
    const { face } = chosen;
    const person = await maskPerson(portrait, mask, face.bounds);
    expect([person.width, person.height, person.data.length]).toEqual([256, 256, 65_536]);
    const full = expandMask(person, portrait);
    const at = (x: number, y: number): number => full[y * portrait.width + x];
    const [noseX, noseY] = point(face.landmarks, 1);
    expect(at(Math.round(noseX), Math.round(noseY))).toBeGreaterThan(0.9);
    expect(at(Math.round(noseX), portrait.height - 20)).toBeGreaterThan(0.8); // the suit
    expect(at(560, 100)).toBeLessThan(0.1);
  });

  test('looks at the square around a small face', async () => {
    const picture = await paste({ width: 2000, height: 1000 }, [{ left: 700, top: 300, width: 300 }]);
    const { face } = await choosePortrait(picture, networks);
    const person = await maskPerson(picture, mask, face.bounds);
    expect(person.region.width).toBe(Math.round(face.size * 5));
    expect(person.region.x).toBeLessThan(face.bounds.x);
    const full = expandMask(person, picture);
    const [noseX, noseY] = point(face.landmarks, 1);
    expect(full[Math.round(noseY) * 2000 + Math.round(noseX)]).toBeGreaterThan(0.9);
    expect(full[500 * 2000 + 1900]).toBe(0);
  });

  test('expands without moving: a step stays where it is', () => {
    const data = new Float32Array(16).map((_, k) => (k % 4 < 2 ? 1 : 0)); // left half of 4 x 4
    const full = expandMask({ data, width: 4, height: 4, region: { x: 2, y: 1, width: 8, height: 4 } }, { width: 12, height: 8 });
    expect([...full.subarray(12, 24)]).toEqual([0, 0, 1, 1, 1, 0.75, 0.25, 0, 0, 0, 0, 0]);
    expect([...full.subarray(0, 12)].every((value) => value === 0)).toBe(true); // above
    expect([...full.subarray(84, 96)]).toEqual([...full.subarray(48, 60)]); // below: the last row goes on
  });
});
