import sharp from 'sharp';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { chooseLongSide, choosePerson, surveyPeople } from '../../../../src/capture/track/survey.ts';
import type { Take } from '../../../../src/capture/track/take.ts';
import { type TrackedFrame, type TrackInput, trackFace } from '../../../../src/capture/track/track.ts';
import { trackTake } from '../../../../src/capture/track/track-take.ts';
import type { FaceNetworks } from '../../../../src/portrait/choose.ts';
import { openFaceNetworks } from '../../../support/faces.ts';
import { portrait } from '../../../support/pictures.ts';

vi.setConfig({ testTimeout: 120_000 });
const [width, height] = [480, 270];
let networks: FaceNetworks;
let faces: Buffer; // the portrait at 240 x 240
let small: Buffer; // at 190
beforeAll(async () => {
  networks = await openFaceNetworks();
  faces = await sharp(portrait).resize(240, 240).png().toBuffer();
  small = await sharp(portrait).resize(190, 190).png().toBuffer();
}, 120_000);

/** A frame with portraits at the given places. */
async function frame(index: number, places: readonly { left: number; top: number; picture?: Buffer }[], background = '#708090'): Promise<TrackInput> {
  const image = sharp({ create: { width, height, channels: 3, background } }).composite(places.map(({ left, top, picture = faces }) => ({ input: picture, left, top })));
  return { width, height, rgb: new Uint8Array(await image.removeAlpha().raw().toBuffer()), timeSeconds: index / 25 };
}
async function* film(count: number, placesOf: (k: number) => Parameters<typeof frame>[1] | undefined): AsyncGenerator<TrackInput> {
  for (let k = 0; k < count; k++) {
    const places = placesOf(k);
    yield await frame(k, places ?? [], places ? undefined : 'black');
  }
}
async function collect(frames: AsyncIterable<TrackedFrame>): Promise<TrackedFrame[]> {
  const all: TrackedFrame[] = [];
  for await (const one of frames) all.push(one);
  return all;
}
const nose = ({ landmarks }: TrackedFrame): [number, number] => [landmarks?.[3] ?? Number.NaN, landmarks?.[4] ?? Number.NaN];

describe('trackFace', () => {
  test('follows a face that moves by up to 9 pixels a frame', async () => {
    const at = (k: number) => ({ left: Math.round(120 + 90 * Math.sin(k / 10)), top: Math.round(15 + 12 * Math.cos(k / 4)) });
    const tracked = await collect(trackFace(film(30, (k) => [at(k)]), networks));
    const [x, y] = nose(tracked[0]);
    const eyes = Math.abs((tracked[0].landmarks?.[468 * 3] ?? 0) - (tracked[0].landmarks?.[473 * 3] ?? 0));
    for (const [k, one] of tracked.entries()) {
      const [foundX, foundY] = nose(one);
      expect(Math.hypot(foundX - x - at(k).left + at(0).left, foundY - y - at(k).top + at(0).top) / eyes, `frame ${k}`).toBeLessThan(0.06); // 2 pixels
      expect([one.index, one.isCut]).toEqual([k, false]);
      expect(one.confidence).toBeGreaterThan(0.9);
    }
  });

  test('black and another scene are cuts; there the face is lost, and found again at once', async () => {
    const tracked = await collect(trackFace(film(14, (k) => (k < 5 ? [{ left: 0, top: 10 }] : k < 9 ? undefined : [{ left: 240, top: 20, picture: small }])), networks));
    expect(tracked.map(({ isCut }, k) => (isCut ? k : -1)).filter((k) => k >= 0)).toEqual([5, 9]);
    expect(tracked.map(({ landmarks }) => landmarks !== undefined)).toEqual([...Array(5).fill(true), ...Array(4).fill(false), ...Array(5).fill(true)]);
    expect(tracked[6].confidence).toBe(0);
    expect(nose(tracked[9])[0]).toBeGreaterThan(280);
  });

  test('stays with the face that it was given, and does not take another for it', async () => {
    const left = { left: 0, top: 40, picture: small };
    const right = { left: 240, top: 10 };
    const near = { x: 0.2, y: 0.45, seconds: 0 };
    const tracked = await collect(trackFace(film(8, (k) => (k < 4 ? [left, right] : [right])), networks, { near }));
    expect(tracked.slice(0, 4).every((one) => nose(one)[0] < 200)).toBe(true);
    expect(tracked.slice(4).map(({ landmarks }) => landmarks)).toEqual(Array(4).fill(undefined));
  });
});

describe('who is followed', () => {
  test('people are counted from left to right; who only passes by does not count', async () => {
    const people = await surveyPeople(film(8, (k) => (k === 6 ? [{ left: 240, top: 10 }] : [{ left: k * 2, top: 40, picture: small }, { left: 240, top: 10 }])), networks);
    expect(people).toHaveLength(2);
    expect(people[0].x).toBeLessThan(people[1].x);
    expect([people[0].presence, people[1].presence]).toEqual([0.875, 1]);
    expect(choosePerson('a.mp4', people, undefined)).toBe(people[1]);
    expect(choosePerson('a.mp4', people, 1)).toBe(people[0]);
    expect(() => choosePerson('a.mp4', people, 3)).toThrow('--driving-face: expected a number from 1 to 2 (the first 8 seconds of a.mp4 show 2 faces), got 3');
  });

  test('a small face is read from larger frames', () => {
    const person = { x: 0.5, y: 0.5, seconds: 0, presence: 1 };
    expect(chooseLongSide({ ...person, size: 0.2 })).toBe(850);
    expect(chooseLongSide({ ...person, size: 0.01 })).toBe(1920);
    expect(chooseLongSide({ ...person, size: 0.9 })).toBe(320);
    expect(chooseLongSide(undefined)).toBe(960);
  });
});

describe('trackTake', () => {
  const take = (frames: () => AsyncGenerator<TrackInput>): Take => ({
    path: 'take.mp4', width, height, fps: 25, durationSeconds: 1, hasSound: false, startSeconds: 0, warnings: [],
    frames: async function* () {
      let index = 0;
      for await (const one of frames()) yield { ...one, index: index++ };
    },
  }); // biome-ignore format: a table

  test('says that nobody is there', async () => {
    const { frames, people } = await trackTake(take(() => film(4, () => [])), networks);
    expect(people).toBe(0);
    await expect(collect(frames)).rejects.toMatchObject({ code: 'no-face', message: 'take.mp4: expected a face, found none in 480x270 pixels, from the first frame to the last' });
  });

  test('follows the larger of two, says so, and hands over every frame', async () => {
    const drawn: number[] = [];
    const two = () => film(3, () => [{ left: 0, top: 40, picture: small }, { left: 240, top: 10 }]);
    const { frames, followed, warnings } = await trackTake(take(two), networks, { onFrame: (input, { index }) => void drawn.push(index, input.width) });
    const tracked = await collect(frames);
    expect([followed, tracked.every((one) => nose(one)[0] > 240), drawn]).toEqual([2, true, [0, 480, 1, 480, 2, 480]]);
    expect(warnings).toEqual(['take.mp4: 2 faces found; number 2, the largest that lasts, is followed. To change: choose another with --driving-face 1 to 2, counted from left to right']);
  });
});
